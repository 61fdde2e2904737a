import { spawn } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { AnyJobDefinition, HookContext, JobContext } from '../../../../src/domain/job-definition.js'

const sleeper = (): number => spawn('sleep', ['600'], { stdio: 'ignore' }).pid ?? 0

/** As if the system let the process wait. */
function holdUp(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

/** The context of a run that is over, which its handler has left behind. */
let kept: JobContext | null = null

const handlers: Readonly<Record<string, (params: Record<string, unknown>, ctx: JobContext) => unknown>> = {
  answer: (params) => ({ params, pid: process.pid }),
  environment: () => ({ ...process.env }),
  spin: () => {
    for (;;);
  },
  deaf: async () => {
    for (;;) await sleep(10)
  },
  briefSpin: () => {
    for (;;);
  },
  briefDeaf: async () => {
    for (;;) await sleep(10)
  },
  pauses: async () => {
    await sleep(20)
  },
  polite: async (_params, { abortSignal }) => {
    await sleep(60_000, undefined, { signal: abortSignal })
  },
  heap: () => {
    const kept: unknown[] = []
    for (;;) kept.push(Array.from({ length: 10_000 }, (_, n) => ({ n })))
  },
  buffers: async () => {
    const kept: Buffer[] = []
    for (;;) {
      kept.push(Buffer.alloc(16 * 1024 * 1024, kept.length + 1))
      await sleep(5)
    }
  },
  exit: () => process.exit(0),
  isHeldUpAtItsEnd: async () => {
    await sleep(100)
    // What `process.send` calls.
    const { _send: send } = process as unknown as { _send: (...all: unknown[]) => boolean }
    const holdUpOnce = (...all: unknown[]): boolean => {
      Object.assign(process, { _send: send })
      const callback = all.pop() as () => void
      const heldUp = (): void => {
        holdUp(25)
        callback()
      }
      return Reflect.apply(send, process, [...all, heldUp])
    }
    Object.assign(process, { _send: holdUpOnce })
  },
  segfault: async () => {
    process.kill(process.pid, 'SIGSEGV')
    await sleep(1_000)
  },
  rejectsDuring: async () => {
    setTimeout(() => void Promise.reject(new Error('left behind')), 10)
    await sleep(60_000)
  },
  rejectsAfter: () => {
    setTimeout(() => void Promise.reject(new Error('left behind')), 50)
    return 'done'
  },
  rejectsAtOnce: () => {
    void Promise.reject(new Error('left behind'))
    return 'done'
  },
  speaksToParent: async () => {
    const forked = typeof process.send
    for (const message of [null, 'ready', { type: 'log' }, { type: 'file' }, { type: 'ended' }])
      process.send?.(message)
    await sleep(50)
    return forked
  },
  removesListeners: ({ of }) => {
    process.removeAllListeners(...((of === undefined ? [] : [of]) as []))
    return process.pid
  },
  leavesProcess: () => ({ pid: sleeper() }),
  // Beyond the group of the isolate, with the pipes that its output goes into.
  leavesDaemon: ({ file }) => {
    const child = spawn('sleep', ['60'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] })
    appendFileSync(String(file), `${child.pid}\n`)
    console.log('last words')
    process.exit(7)
  },
  diesWithProcess: (params) => {
    writeFileSync(String(params['file']), String(sleeper()))
    process.exit(3)
  },
  reports: async (_params, ctx) => {
    ctx.logger.info('from the handler', { n: 1 })
    console.log('to stdout')
    console.error('to stderr')
    await ctx.progress(40, 'half')
    await ctx.emitEvent('seen', { when: new Date(0) })
    return ctx.attempt
  },
  files: (_params, ctx) => {
    writeFileSync(join(ctx.tempDir, 'scratch'), 'x')
    return ctx.tempDir
  },
  uses: (params) => {
    let kept: Buffer | null = Buffer.alloc(Number(params['mb']) * 1024 * 1024, 1)
    const until = process.cpuUsage().user + Number(params['cpuMs']) * 1_000
    while (process.cpuUsage().user < until);
    kept = null
    setFlagsFromString('--expose-gc')
    ;(runInNewContext('gc') as () => void)()
    return kept
  },
  usesChild: async (params) => {
    const loop = `const until = ${String(params['cpuMs'])} * 1000; while (process.cpuUsage().user < until);`
    const child = spawn(process.execPath, ['-e', loop], { stdio: 'ignore' })
    await new Promise((resolve) => child.once('exit', resolve))
  },
  prints: async (params) => {
    const printed: string[] = []
    const line = (text: string): string => {
      printed.push(text)
      return text
    }
    const name = String(params['n'])
    for (let n = 0; n < Number(params['lines']); n += 1) console.log(line(`${name} out ${n}`))
    console.error(line(`${name} err`))
    if (params['child'] === true) {
      const child = spawn('echo', [line(`${name} child`)], { stdio: ['ignore', 'inherit', 'inherit'] })
      await new Promise((resolve) => child.once('exit', resolve))
    }
    process.stdout.write(line(`${name} é without an end`))
    return { pid: process.pid, printed }
  },
  printsAndDies: () => {
    console.log('last words')
    process.stderr.write('without an end')
    process.exit(7)
  },
  throws: () => {
    throw new Error('thrown by a handler')
  },
  grumbles: () => {
    console.error('Error: allocation failed for customer A, using a smaller one')
  },
  diesQuietly: () => process.exit(7),
  keepsContext: (_params, ctx) => {
    kept = ctx
  },
  usesKept: async (_params, ctx) => {
    await kept?.emitEvent('of.the.first')
    await kept?.progress(77)
    kept?.logger.info('of the first')
    await ctx.emitEvent('of.the.second')
    return kept !== null
  },
  doesNotAwait: (_params, ctx) => {
    void ctx.emitEvent('unawaited')
    return 'done'
  },
  hookSpins: () => 'done',
  hookThrowsLater: () => 'done',
  leavesFiles: async (params, ctx) => {
    writeFileSync(String(params['file']), ctx.tempDir)
    await sleep(60_000)
  },
  snoozes: (_params, ctx) => ctx.snooze(90),
  // Brief or not, as its params say; notes that it has begun.
  mixed: (params, ctx) => {
    appendFileSync(String(params['file']), `${String(params['n'])}\n`)
    return handlers[String(params['does'])]?.(params, ctx)
  },
}

/** Definitions that do what no handler should, and a few that should be served well all the same. */
export function hostileDefinitions(): AnyJobDefinition[] {
  return Object.entries(handlers).map(([key, run]) => ({
    key,
    version: 1,
    timeoutSeconds: key.startsWith('brief') ? 0.3 : 60,
    memoryLimitMb: 64,
    run,
    ...(NOTED.has(key) ? noting() : {}),
    ...(key === 'hookSpins' ? { onSuccess: spinNoting } : {}),
    ...(key === 'hookThrowsLater' ? { onEnd: throwLater } : {}),
  }))
}

const NOTED = new Set(['reports', 'segfault', 'hookSpins', 'hookThrowsLater'])

function spinNoting(ctx: HookContext): void {
  appendFileSync(String((ctx.params as Record<string, unknown>)['hooks']), 'onSuccess spins\n')
  for (;;);
}

async function throwLater(): Promise<void> {
  setImmediate(() => {
    throw new Error('left behind by a hook')
  })
  await sleep(100)
}

function noting(): Partial<AnyJobDefinition> {
  const note = (name: string) => (ctx: HookContext) => {
    const file = (ctx.params as Record<string, unknown>)['hooks']
    if (typeof file === 'string') appendFileSync(file, `${name} ${ctx.outcome ?? '-'}\n`)
  }
  const names = ['onStart', 'onSuccess', 'onFail', 'onEnd']
  return Object.fromEntries(names.map((name) => [name, note(name)]))
}
