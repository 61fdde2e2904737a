import { WaitTimeoutError, type JobEvent, type JobHandle, type Schemas } from '../client/index.js'
import { textOf } from './output.js'
import type { Session } from './session.js'

export interface FollowOptions {
  /** Whether its events are told on the way. */
  readonly follow: boolean
  readonly timeoutSeconds?: number | undefined
}

const BAR = 30
/** Timers of Node take no more. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * Waits until a job is final.
 *
 * @throws WaitTimeoutError, and what the client throws.
 */
export async function follow(
  session: Session,
  job: JobHandle,
  options: FollowOptions,
): Promise<Schemas['Job']> {
  const timeoutMs = options.timeoutSeconds === undefined ? undefined : options.timeoutSeconds * 1_000
  if (!options.follow) return (await job.wait({ timeoutMs })) as Schemas['Job']
  const teller = new EventTeller(session)
  const late = new AbortController()
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => late.abort(), Math.min(timeoutMs, LONGEST_MS))
  try {
    for await (const event of job.events({ signal: late.signal })) teller.tell(event)
  } catch (error) {
    if (late.signal.aborted) throw new WaitTimeoutError((await job.get()) as Schemas['Job'], timeoutMs ?? 0)
    throw error
  } finally {
    clearTimeout(timer)
    teller.end()
  }
  return (await job.get()) as Schemas['Job']
}

/** Events as lines: of JSON to standard output if that was asked for, else of text beside it, with a bar where one can be drawn. */
class EventTeller {
  private barIsOpen = false

  constructor(private readonly session: Session) {}

  tell(event: JobEvent): void {
    const { output, io } = this.session
    if (output.format === 'jsonl') {
      output.line(event)
      return
    }
    const { eventType, at, payload } = event
    const percent = payload['progress']
    if (io.isTerminal.err && eventType === 'progress' && typeof percent === 'number') {
      this.barIsOpen = true
      io.err(
        `\r\u001b[K${bar(percent)}${typeof payload['step'] === 'string' ? ` ${textOf(payload['step'])}` : ''}`,
      )
      return
    }
    this.end()
    const facts = Object.keys(payload).length === 0 ? '' : `  ${JSON.stringify(payload)}`
    output.note(`${at.slice(11, 19)}  ${eventType}${facts}`)
  }

  end(): void {
    if (this.barIsOpen) this.session.io.err('\n')
    this.barIsOpen = false
  }
}

export function bar(percent: number): string {
  const full = Math.round((Math.min(100, Math.max(0, percent)) / 100) * BAR)
  return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ${percent.toFixed(0).padStart(3)}%`
}
