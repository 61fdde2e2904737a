import { writeSync } from 'node:fs'
import type { JobRegistry } from '../../application/job-registry.js'
import type { Execution, RunIo } from '../../application/ports/executor.js'
import { silentLogger } from '../../application/ports/logger.js'
import type { LogLevel } from '../../domain/job-log.js'
import type { RunnableJob } from '../../domain/job.js'
import { ChannelFiles } from './channel-files.js'
import { InlineExecutor, type InlineExecutorOptions } from './inline-executor.js'
import { endMark, TICKETS_FILE, type FromIsolate, type HandedRun, type ToIsolate } from './messages.js'
import { UsageMeter, WrittenBytes } from './process-usage.js'
import { Tickets } from './tickets.js'

/**
 * Of this file alone. Handlers and what they load would speak to whoever has forked them, as some do that find a parent, and the worker
 * would take it for the word of this file.
 */
const send = process.send?.bind(process)
delete process.send

/** Longest wait for what a handler left running to end by itself: a stream that closes, a socket that says goodbye. */
const SETTLE_MS = 5

/** Files as handlers of this isolate reach them: through its worker. */
export const channelFiles = new ChannelFiles((message) => {
  say(message)
})

type EndOfRun = Extract<FromIsolate, { type: 'ended' }>

/**
 * Runs jobs, one at a time and in order, for the worker at the other end of this process's IPC channel; goes when that worker goes.
 *
 * @param loadMore registers the definitions that are not needed often; called once, before the first run of one that is not known.
 */
export function serveRuns(
  registry: JobRegistry,
  options: InlineExecutorOptions,
  loadMore: () => Promise<void> = () => Promise.resolve(),
): void {
  const hear = (message: unknown): void => {
    runtime.receive(message as ToIsolate)
  }
  // Its whole group: nobody is left to tell what to do with the processes that a handler started.
  const leave = (): void => {
    process.kill(-process.pid, 'SIGKILL')
  }
  const hears = (): boolean =>
    process.listeners('message').includes(hear) && process.listeners('disconnect').includes(leave)
  const runtime = new IsolateRuntime(registry, options, loadMore, hears)
  process.on('message', hear)
  process.on('disconnect', leave)
  // Meant for the processes that a handler started; this one is told by a message and killed if it does not listen.
  process.on('SIGTERM', () => undefined)
  void runtime.ready()
}

class IsolateRuntime {
  private readonly executor: InlineExecutor
  private readonly meter = new UsageMeter()
  private readonly written = new WrittenBytes()
  private readonly tickets = new Tickets(TICKETS_FILE)
  private readonly handed: HandedRun[] = []
  /** Taken already; its run is the next one that is not forgotten, and perhaps still on its way. */
  private ticket: number | null = null
  private current: { readonly number: number; readonly execution: Execution } | null = null
  /** Perhaps of a run that has not begun yet. */
  private aborted: Extract<ToIsolate, { type: 'abort' }> | null = null
  private isServing = false
  private served = 0
  private readonly waiting = new Map<number, (error: string | null) => void>()
  private emitted = 0
  private loaded: Promise<void> | null = null

  constructor(
    private readonly registry: JobRegistry,
    options: InlineExecutorOptions,
    private readonly loadMore: () => Promise<void>,
    /** False when a handler has taken the listeners of this file away: `process.removeAllListeners()`. */
    private readonly hears: () => boolean,
  ) {
    this.executor = new InlineExecutor(registry, silentLogger, {
      ...options,
      onHandlerEnd: ({ onSuccess, onFail, onEnd }, result, hasReported) => {
        const hasHooks = [onSuccess, onFail, onEnd].some((hook) => hook !== undefined)
        // Each message wakes a process: none that says nothing new.
        if (hasHooks || hasReported) say({ type: 'ending', result, hasHooks })
      },
    })
  }

  async ready(): Promise<void> {
    // Made at their first use: a handler that is the first to print would seem to have left two pipes behind.
    await Promise.all([written(process.stdout), written(process.stderr)])
    say({ type: 'ready', cpuMs: this.meter.cpuMs })
  }

  receive(message: ToIsolate): void {
    switch (message.type) {
      case 'runs':
        this.handed.push(...message.runs)
        if (!this.isServing) void this.serveHanded()
        break
      case 'hooks':
        void this.serve(0, message.job, (io) => this.executor.endHooks(message.job, message.result, io))
        break
      case 'abort':
        if (this.current?.number === message.number) this.current.execution.abort(message.reason)
        else this.aborted = message
        break
      case 'filed':
        channelFiles.hear(message)
        break
      case 'emitted':
        this.waiting.get(message.number)?.(message.error)
        this.waiting.delete(message.number)
        break
    }
  }

  private async serveHanded(): Promise<void> {
    this.isServing = true
    for (let next = this.next(); next !== null; next = this.next()) {
      const { number, job } = next
      // After a run that has left something behind nothing is begun here.
      if (!(await this.serve(number, job, (io) => this.executor.start(job, io)))) return
    }
    this.isServing = false
  }

  private knows({ definitionKey: key, definitionVersion: version }: RunnableJob): boolean {
    return this.registry.get({ key, version }) !== undefined
  }

  private next(): HandedRun | null {
    for (let next = this.handed.shift(); next !== undefined; next = this.handed.shift()) {
      if (!next.needsTicket) return next
      this.ticket ??= this.tickets.take()
      if (this.ticket === next.number) {
        this.ticket = null
        return next
      }
      // The worker has taken its ticket.
    }
    return null
  }

  /** Answers whether nothing is left of the run, once its end is in the pipes. */
  private async serve(number: number, job: RunnableJob, begin: (io: RunIo) => Execution): Promise<boolean> {
    if (!this.knows(job)) await (this.loaded ??= this.loadMore())
    const before = activeResources()
    this.meter.begin()
    const writtenBefore = this.written.soFar()
    const io = new ChannelIo((event) => this.emit(event))
    const execution = begin(io)
    this.current = { number, execution }
    if (this.aborted?.number === number) execution.abort(this.aborted.reason)
    const result = await execution.result
    const clean = await this.leftNothing(execution, before)
    this.current = null
    io.isOver = true
    const { tookMs, usage, residentBytes } = this.meter.end()
    const output = await this.outputSince(writtenBefore)
    const mayGoOn = clean && output !== 'unmarked' && this.hears()
    const { cpuMs } = this.meter
    // Nothing that comes after it may keep the worker from hearing it.
    await said({ type: 'ended', result, clean: mayGoOn, output, tookMs, usage, cpuMs, residentBytes })
    return mayGoOn
  }

  /** Most runs write nothing: to mark their ends would take as long as all the rest of a brief one. */
  private async outputSince(before: number | null): Promise<EndOfRun['output']> {
    if (before !== null && this.written.soFar() === before && areWritten(process.stdout, process.stderr))
      return 'none'
    return (await this.markEnd()) ? 'marked' : 'unmarked'
  }

  /** False when the handler has closed a stream. */
  private async markEnd(): Promise<boolean> {
    const mark = Buffer.from(`${endMark((this.served += 1))}\n`)
    try {
      for (const stream of [process.stdout, process.stderr]) {
        await written(stream)
        writeSync(stream.fd, mark)
      }
      return true
    } catch {
      return false
    }
  }

  /** The handler is over and nothing that it began is still running. */
  private async leftNothing(execution: Execution, before: ReadonlyMap<string, number>): Promise<boolean> {
    let released = false
    void execution.released.then(() => (released = true))
    // A rejection that nobody waits for ends the process in between, as a matter of this run and not of the next.
    await new Promise((resolve) => setImmediate(resolve))
    if (!released) return false
    if (!hasMore(activeResources(), before)) return true
    await later(SETTLE_MS)
    return !hasMore(activeResources(), before)
  }

  private emit(event: Parameters<RunIo['emit']>[0]): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const number = (this.emitted += 1)
      this.waiting.set(number, (error) => {
        if (error === null) resolve()
        else reject(new Error(error))
      })
      say({ type: 'emit', number, event })
    })
  }
}

/** What one run tells the worker; nothing any more once it is over, when the worker would take it for the next one's. */
class ChannelIo implements RunIo {
  isOver = false

  constructor(private readonly tell: RunIo['emit']) {}

  emit(event: Parameters<RunIo['emit']>[0]): Promise<void> {
    return this.isOver ? Promise.resolve() : this.tell(event)
  }

  /** The worker adds what identifies the run, and knows how lines are kept and shown. */
  log(level: LogLevel, message: string, fields?: unknown): void {
    if (!this.isOver) say({ type: 'log', level, message, fields: plain(fields) })
  }
}

/** What cannot be cloned (functions, sockets) must not cost the line. */
function plain(fields: unknown): unknown {
  if (fields instanceof Error) return { error: fields.message }
  try {
    return fields === undefined ? undefined : (JSON.parse(JSON.stringify(fields)) as unknown)
  } catch (error) {
    return { fieldsLost: String(error) }
  }
}

function say(message: FromIsolate): void {
  // A channel that is closed means that the worker is gone; `disconnect` does the rest.
  if (process.connected) send?.(message)
}

/** Resolves when the message is in the channel. */
function said(message: FromIsolate): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected)
      send?.(message, undefined, undefined, () => {
        resolve()
      })
  })
}

const NOTHING = Buffer.alloc(0)

/** Whether nothing waits to be written, and the handler has closed no stream: runs after it could not be told apart. */
function areWritten(...streams: readonly (NodeJS.WriteStream & { readonly fd: number })[]): boolean {
  try {
    return streams.every(
      (stream) => stream.writable && stream.writableLength === 0 && writeSync(stream.fd, NOTHING) === 0,
    )
  } catch {
    return false
  }
}

/** Resolves when everything that was written to a stream is in its pipe. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writable && stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve))
}

/** How many of each kind keep the event loop alive: timers, sockets, processes. */
function activeResources(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

function hasMore(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean {
  return [...now].some(([kind, count]) => count > (before.get(kind) ?? 0) && kind !== 'Immediate')
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
