import { fork, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { FromIsolate, ToIsolate } from './messages.js'
import { readLines } from './output-lines.js'
import { sampleProcess, type ProcessSample } from './process-usage.js'
import { yieldProcessor } from './yield-processor.js'

/** How an isolate's process ended. */
export interface Exit {
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
}

export type OutputStream = 'stdout' | 'stderr'

const STDERR_KEPT = 4_000
/** Longest wait for the output of a run that has ended. */
export const OUTPUT_MS = 100

/** One child process with a heap limit and a process group of its own; at most one run at a time is in it. */
export class Isolate {
  readonly memoryLimitMb: number
  /** Resolves when the process is gone; whatever it started in its group is killed with it. */
  readonly gone: Promise<Exit>
  runs = 0
  private readonly child: ChildProcess
  private stderr = ''
  private exited = false
  private hear: (message: FromIsolate) => void = () => undefined
  private output: (stream: OutputStream, line: string) => void = () => undefined

  constructor({ program, nodeArguments, env, memoryLimitMb }: IsolateOptions) {
    this.memoryLimitMb = memoryLimitMb
    this.child = fork(program, [], {
      execArgv: [`--max-old-space-size=${memoryLimitMb}`, ...nodeArguments],
      env,
      // Its own session and group: a Ctrl-C at the terminal is the worker's to handle, and a kill takes everything with it.
      detached: true,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.gone = new Promise((resolve) => {
      this.child.once('error', () => {
        if (this.child.pid === undefined)
          resolve({ code: null, signal: null, stderr: 'it could not be started' })
      })
      this.child.once('exit', (code, signal) => {
        this.exited = true
        this.signal('SIGKILL')
        const tell = (): void => {
          resolve({ code, signal, stderr: this.stderr })
        }
        // What it wrote last may still be on its way.
        this.child.once('close', tell)
        setTimeout(tell, OUTPUT_MS)
      })
    })
    this.child.on('message', (message: FromIsolate) => {
      this.hear(message)
    })
    this.child.on('error', () => undefined)
    this.read(this.child.stdout, 'stdout')
    this.read(this.child.stderr, 'stderr')
    if (this.child.pid !== undefined) yieldProcessor(this.child.pid)
  }

  /** Its process group; 0 when it could not be started. */
  get group(): number {
    return this.child.pid ?? 0
  }

  /** Who hears what it says and writes until the next listener comes. */
  listen(hear: (message: FromIsolate) => void, output: (stream: OutputStream, line: string) => void): void {
    this.hear = hear
    this.output = output
  }

  send(message: ToIsolate): void {
    // A channel that is closed means that the process is on its way out: `gone` tells.
    if (this.child.connected) this.child.send(message, () => undefined)
  }

  /** Signals the whole group: the process and what its handler started. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.child.pid === undefined) return
    try {
      process.kill(-this.child.pid, name)
    } catch {
      // Nobody is left in it.
    }
  }

  /** Keeps this process from waiting for an idle isolate, or makes it wait again. */
  setIdle(idle: boolean): void {
    const channel = (this.child as { channel?: { ref(): void; unref(): void } }).channel
    if (idle) {
      this.child.unref()
      channel?.unref()
    } else {
      this.child.ref()
      channel?.ref()
    }
  }

  /** What it uses just now, or `null` where this cannot be told. */
  sample(): ProcessSample | null {
    return this.exited || this.child.pid === undefined ? null : sampleProcess(this.child.pid)
  }

  private read(stream: Readable | null, name: OutputStream): void {
    if (stream === null) return
    readLines(stream, (line) => {
      if (name === 'stderr') this.stderr = `${this.stderr}${line}\n`.slice(-STDERR_KEPT)
      this.output(name, line)
    })
  }
}
