// A store of your own: everything in one file, a line of JSON for each call that writes. It answers from memory, and makes itself
// anew from its file, because all that decides what a call does — time, chance, ids — is in the call's arguments.
//
//   const stores = await openJsonFileStores({ path: './jobs.jsonl' })
//   const server = await createJobServer({ stores, definitions })
//
// For one process at a time. Nothing is ever taken out of the file, so it is for hundreds of thousands of jobs, not for millions.
import { open, readFile, type FileHandle } from 'node:fs/promises'
import { createMemoryStores, StorageUnavailableError, systemClock, type Clock, type Stores } from 'job-server'

export interface JsonFileOptions {
  readonly path: string
  readonly clock?: Clock
  /** Added to the clock wherever a lease is judged; zero outside tests. */
  readonly leaseOffsetMs?: () => number
}

/** One call of a port, and the time at which it was made. */
interface Call {
  readonly port: string
  readonly method: string
  readonly args: readonly unknown[]
  readonly at: Date
  readonly leaseOffsetMs: number
}

interface Waiting {
  readonly call: Call
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

type Port = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>

/** Ports that change nothing which has to outlive the process. */
const NOT_KEPT = new Set(['queries', 'metrics', 'live', 'queue', 'notifier', 'changes', 'clock'])
const READS = new Set([
  'held',
  'orphans',
  'cancelling',
  'list',
  'find',
  'namedFiles',
  'get',
  'named',
  'ticks',
])

export async function openJsonFileStores({
  path,
  clock = systemClock,
  leaseOffsetMs = () => 0,
}: JsonFileOptions): Promise<Stores> {
  let now: Call | null = null
  const memory = createMemoryStores({
    clock: { now: () => now?.at ?? clock.now(), monotonicMs: () => clock.monotonicMs() },
    leaseOffsetMs: () => now?.leaseOffsetMs ?? leaseOffsetMs(),
  })
  /** The memory store does all that a call asks for before it first waits, at the time of the call. */
  const apply = (call: Call): Promise<unknown> => {
    now = call
    try {
      const ports = memory as unknown as Readonly<Record<string, Port>>
      return ports[call.port]?.[call.method]?.(...call.args.map(withIds)) ?? Promise.resolve(undefined)
    } finally {
      now = null
    }
  }

  // What was refused then is refused again.
  for (const call of await readCalls(path)) await apply(call).catch(() => undefined)
  const journal = new Journal(await open(path, 'a'), apply)
  const kept = Object.entries(memory)
    .filter(([name, port]) => typeof port === 'object' && !NOT_KEPT.has(name))
    .map(([name, port]) => [name, keep(name, port as Port)] as const)

  function keep(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, method: string) => {
        return (...args: unknown[]) => {
          if (READS.has(method)) return target[method]?.(...args)
          return journal.add({
            port: name,
            method,
            // Of `insert` the jobs alone: here they are durable before anybody can claim them.
            args: (method === 'insert' ? args.slice(0, 1) : args).map((arg) =>
              typeof arg === 'function' ? drawn(arg as () => string, args[0]) : arg,
            ),
            at: clock.now(),
            leaseOffsetMs: leaseOffsetMs(),
          })
        }
      },
    })
  }
  return { ...memory, ...(Object.fromEntries(kept) as Partial<Stores>), clock, close: () => journal.close() }
}

/** Calls in the order in which they are done, each on the disk before it is done; those that come meanwhile share the next write. */
class Journal {
  private waiting: Waiting[] = []
  private writing: Promise<void> | null = null
  private broken: unknown = null

  constructor(
    private readonly file: FileHandle,
    private readonly apply: (call: Call) => Promise<unknown>,
  ) {}

  add(call: Call): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ call, resolve, reject })
      this.writing ??= this.writeAll()
    })
  }

  async close(): Promise<void> {
    await this.writing
    await this.file.close()
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0)
      try {
        await this.write(batch.map(({ call }) => `${JSON.stringify(encode(call))}\n`).join(''))
        for (const { call, resolve, reject } of batch) this.apply(call).then(resolve, reject)
      } catch (error) {
        for (const { reject } of batch) reject(new StorageUnavailableError(error))
      }
    }
    this.writing = null
  }

  /** Nobody knows what a write that failed has left in the file: it is opened anew, or not written any more. */
  private async write(lines: string): Promise<void> {
    if (this.broken !== null) throw new Error('an earlier write failed', { cause: this.broken })
    try {
      await this.file.appendFile(lines)
      await this.file.datasync()
    } catch (error) {
      this.broken = error
      throw error
    }
  }
}

async function readCalls(path: string): Promise<readonly Call[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
  // After the last line end stands what was cut off by a crash: nobody was told that it is done.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) {
    const file = await open(path, 'r+')
    await file.truncate(Buffer.byteLength(whole))
    await file.close()
  }
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => decode(JSON.parse(line)) as Call)
}

/** Ids that a call may need are drawn before it is written down: one for each of its items is enough. */
class Ids {
  constructor(readonly ids: readonly string[]) {}
}

function drawn(newId: () => string, items: unknown): Ids {
  return new Ids((items as readonly unknown[]).map(() => newId()))
}

function withIds(arg: unknown): unknown {
  if (!(arg instanceof Ids)) return arg
  const left = [...arg.ids]
  return () => left.shift()
}

/** JSON has no dates; keys of others that begin with a dollar get a second one. */
function encode(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.toISOString() }
  if (value instanceof Ids) return { $ids: value.ids }
  if (Array.isArray(value)) return value.map(encode)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.startsWith('$') ? `$${key}` : key, encode(item)]),
  )
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode)
  if (typeof value !== 'object' || value === null) return value
  const { $date, $ids } = value as { readonly $date?: string; readonly $ids?: readonly string[] }
  if ($date !== undefined) return new Date($date)
  if ($ids !== undefined) return new Ids($ids)
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.startsWith('$$') ? key.slice(1) : key, decode(item)]),
  )
}
