import { fork, type ChildProcess, type ForkOptions } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { FromIsolate, HandedRun, ToIsolate } from './messages.js'
import { OutputLines } from './output-lines.js'
import { sampleProcess, type ProcessSample } from './process-usage.js'
import { RunOrder } from './run-order.js'
import { removeTempDirs, tempPrefixOf } from './temp-dirs.js'
import { Tickets } from './tickets.js'
import { yieldProcessor } from './yield-processor.js'

/** How an isolate's process ended. */
export interface Exit {
  /** Both `null` when it could not be started. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it last wrote to stderr. */
  readonly stderr: string
}

export interface IsolateOptions {
  /** The program that loads the definitions and serves runs. */
  readonly program: string
  readonly nodeArguments: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly memoryLimitMb: number
  /** Whether there is a program to start. @default true */
  readonly mayStart?: boolean
}

export type OutputStream = 'stdout' | 'stderr'

/** Whoever has the isolate just now. */
export interface IsolateListener {
  readonly message: (message: FromIsolate) => void
  readonly output: (stream: OutputStream, line: string) => void
  /** Called once, also when it was gone before. */
  readonly gone?: (exit: Exit) => void
}

const NOBODY: IsolateListener = { message: () => undefined, output: () => undefined }

const STDERR_KEPT = 4_000
/** Longest wait for the output of a process that has ended. */
const OUTPUT_MS = 100

/** One child process with a heap limit and a process group of its own; at most one run at a time is in it. */
export class Isolate {
  readonly memoryLimitMb: number
  /** Resolves when the process is gone; whatever it started in its group is killed with it. */
  readonly gone: Promise<Exit>
  /** Resolves, once it is gone, when no files of its runs are left. */
  cleared: Promise<void> = Promise.resolve()
  runs = 0
  /** Processor time of its whole life, as it last said itself. */
  cpuMs = 0
  /** After its last run. */
  residentBytes = 0
  /** It has loaded everything that runs need. */
  isReady = false
  /** Of runs that wait inside; `null` when none can wait there. */
  readonly tickets = Tickets.create()
  private readonly order = new RunOrder()
  private readonly outputs: readonly OutputLines[]
  /** `null` when it could not be started. */
  private readonly child: ChildProcess | null
  /** Of the run that is in it. */
  private stderr = ''
  private exited = false
  private exit: Exit | null = null
  private listener = NOBODY
  private unsent: HandedRun[] = []

  constructor({ program, nodeArguments, env, memoryLimitMb, mayStart = true }: IsolateOptions) {
    this.memoryLimitMb = memoryLimitMb
    const options: ForkOptions = {
      execArgv: [`--max-old-space-size=${memoryLimitMb}`, ...nodeArguments],
      env,
      // Its own session and group: a Ctrl-C at the terminal is the worker's to handle, and a kill takes everything with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', ...(this.tickets === null ? [] : [this.tickets.file])],
    }
    const child = mayStart ? forked(program, options) : null
    this.child = child
    const tempPrefix = tempPrefixOf(this.group)
    this.gone = new Promise((resolve) => {
      const end = (exit: Exit): void => {
        if (this.exit !== null) return
        this.exit = exit
        this.listener.gone?.(exit)
        resolve(exit)
      }
      if (child === null) {
        this.exited = true
        // Not before somebody can listen.
        setImmediate(() => {
          end({ code: null, signal: null, stderr: '' })
        })
      }
      child?.once('exit', (code, signal) => {
        this.exited = true
        this.signal('SIGKILL')
        this.cleared = removeTempDirs(tempPrefix)
        const tell = (): void => {
          end({ code, signal, stderr: this.stderr })
        }
        // What it wrote and said last may still be on its way.
        child.once('close', () => setImmediate(tell))
        // A process beyond its group may hold its pipes for as long as it lives.
        const letGo = (): void => {
          child.stdout?.destroy()
          child.stderr?.destroy()
          setImmediate(tell)
        }
        // When this process was held up for as long: one turn to read it and one to hear it.
        setTimeout(() => setImmediate(() => setImmediate(letGo)), OUTPUT_MS)
      })
    })
    child?.on('message', (message: FromIsolate) => {
      this.hear(message)
    })
    child?.on('error', () => undefined)
    this.outputs =
      child === null ? [] : [this.read(child.stdout, 'stdout'), this.read(child.stderr, 'stderr')]
    if (child?.pid !== undefined) yieldProcessor(child.pid)
  }

  /** Nothing can begin in it any more, though what it said last may not have been heard yet. */
  get hasExited(): boolean {
    return this.exited
  }

  /** Its process group; 0 when it could not be started. */
  get group(): number {
    return this.child?.pid ?? 0
  }

  /** Replaces whoever listens; nobody who listened before is kept in memory. */
  listen(listener: IsolateListener = NOBODY): void {
    this.listener = listener
    const { exit } = this
    if (exit !== null) queueMicrotask(() => listener.gone?.(exit))
  }

  /** With all others of this tick: each message wakes the isolate. */
  sendRun(run: HandedRun): void {
    this.unsent.push(run)
    if (this.unsent.length > 1) return
    process.nextTick(() => {
      this.sendRuns()
    })
  }

  /** After all runs that were sent before. */
  send(message: ToIsolate): void {
    this.sendRuns()
    this.say(message)
  }

  private sendRuns(): void {
    if (this.unsent.length === 0) return
    const runs = this.unsent
    this.unsent = []
    try {
      // Before: an isolate that finds no ticket for a run forgets it.
      this.tickets?.write()
      this.say({ type: 'runs', runs })
    } catch {
      // The disk is full. When it is gone, these runs get their turns elsewhere: in one that has no tickets, if need be.
      this.signal('SIGKILL')
    }
  }

  private say(message: ToIsolate): void {
    // A channel that is closed means that the process is on its way out: `gone` tells.
    if (this.child?.connected === true) this.child.send(message, () => undefined)
  }

  /** Signals the whole group: the process and what its handler started. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.group === 0) return
    try {
      process.kill(-this.group, name)
    } catch {
      // Nobody is left in it.
    }
  }

  /** Keeps this process from waiting for an idle isolate, or makes it wait again. */
  setIdle(idle: boolean): void {
    const channel = (this.child as { channel?: { ref(): void; unref(): void } } | null)?.channel
    if (idle) {
      this.child?.unref()
      channel?.unref()
    } else {
      this.child?.ref()
      channel?.ref()
    }
  }

  /** What it uses just now, or `null` where this cannot be told. */
  sample(): ProcessSample | null {
    return this.exited || this.group === 0 ? null : sampleProcess(this.group)
  }

  private hear(message: FromIsolate): void {
    if (message.type === 'ready' || message.type === 'ended') this.cpuMs = message.cpuMs
    if (message.type === 'ready') this.isReady = true
    const tell = (): void => {
      this.listener.message(message)
    }
    if (message.type !== 'ended') {
      this.order.add('messages', tell)
      return
    }
    this.residentBytes = message.residentBytes
    const tellEnd = (): void => {
      tell()
      this.stderr = ''
    }
    this.order.endOfMessages(tellEnd, message.output === 'none')
    // What it wrote before it said so was ready to be read by then, so it is read in this turn of the event loop.
    if (message.output === 'unmarked')
      setImmediate(() => {
        for (const output of this.outputs) output.end()
      })
  }

  private read(stream: Readable | null, name: OutputStream): OutputLines {
    if (stream === null) throw new Error(`an isolate has no ${name}`)
    return new OutputLines(
      stream,
      (line) => {
        this.order.add(name, () => {
          if (name === 'stderr') this.stderr = `${this.stderr}${line}\n`.slice(-STDERR_KEPT)
          this.listener.output(name, line)
        })
      },
      () => {
        this.order.endOfOutput(name)
      },
    )
  }
}

/** `null` when the system has no room for one more process, which is thrown or told by an event, depending on what it lacks. */
function forked(program: string, options: ForkOptions): ChildProcess | null {
  try {
    const child = fork(program, [], options)
    if (child.pid !== undefined) return child
    child.on('error', () => undefined)
  } catch {
    // Told by the isolate's end.
  }
  return null
}
