import { Batcher } from '../../application/batcher.js'
import type { AppendAnswer, HandlerEvent, JobStore } from '../../application/ports/job-store.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Logger } from '../../application/ports/logger.js'
import { StorageUnavailableError } from '../../domain/errors.js'
import type { JsonValue } from '../../domain/json.js'
import type { RunEnd, SettleJobs } from '../../application/settle-jobs.js'

type SettledAs = 'applied' | 'lease_lost'

const MAX_BATCH = 500
/** Larger batches save little more. */
const ENOUGH = MAX_BATCH / 2
/** Bytes of results, or of payloads, of one statement; a larger one goes alone. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024
const MAX_RETRY_MS = 1_000

/**
 * Writes what runs produce — events and ends — in batches, and keeps trying while the database is away: tokens make every
 * repetition harmless.
 *
 * A batch that fails for another reason is written one by one, so that what is at fault holds up nothing else.
 */
export class JobWriter {
  private readonly settles: Batcher<RunEnd, SettledAs>
  private readonly events: Batcher<HandlerEvent, AppendAnswer>
  private abandoned = false

  constructor(
    private readonly settleJobs: SettleJobs,
    private readonly store: JobStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
    /** How long ends gather after each settle, unless somebody waits for the place of one. */
    gatherMs = 0,
  ) {
    this.settles = new Batcher(
      MAX_BATCH,
      (ends) => this.retry('settle', away, () => this.settleJobs.execute(ends)),
      { of: ({ result }) => (result.kind === 'succeeded' ? sizeOf(result.result) : 0), max: MAX_BATCH_BYTES },
      gatherMs === 0
        ? null
        : { ms: gatherMs, enough: ENOUGH, isUrgent: ({ job }) => settleJobs.freesPlace(job) },
    )
    this.events = new Batcher(
      MAX_BATCH,
      (events) => this.retry('append events', away, () => this.store.appendEvents(events, this.clock.now())),
      { of: ({ payload }) => sizeOf(payload), max: MAX_BATCH_BYTES },
    )
  }

  /** Resolves once the end is committed or known to be fenced off; rejects only when it was abandoned. */
  settle(end: RunEnd): Promise<SettledAs> {
    return this.settles.add(end).catch(() => this.settleAlone(end))
  }

  /**
   * Resolves once the event is committed, dropped or known to be fenced off, or when it was abandoned together with its run.
   *
   * @throws whatever the store has against this one event.
   */
  async append(event: HandlerEvent): Promise<void> {
    try {
      await this.events.add(event)
    } catch {
      if (!this.abandoned)
        await this.retry('append an event', away, () => this.store.appendEvents([event], this.clock.now()))
    }
  }

  /** Resolves when everything that was given has been written. */
  async flush(): Promise<void> {
    await Promise.all([this.settles.idle(), this.events.idle()])
  }

  /** Gives up on a database that does not come back; recovery takes what was not written. */
  abandon(): void {
    this.abandoned = true
  }

  private async settleAlone(end: RunEnd): Promise<SettledAs> {
    const [answer = 'lease_lost'] = await this.retry('settle', any, () => this.settleJobs.execute([end]))
    return answer
  }

  private async retry<T>(
    what: string,
    isWorthIt: (error: unknown) => boolean,
    write: () => Promise<T>,
  ): Promise<T> {
    for (let delayMs = 20; ; delayMs = Math.min(MAX_RETRY_MS, delayMs * 2)) {
      try {
        return await write()
      } catch (error) {
        if (this.abandoned || !isWorthIt(error)) throw error
        this.logger.warn(`could not ${what}, trying again`, { error: String(error), delayMs })
        await new Promise((resolve) => setTimeout(resolve, delayMs))
      }
    }
  }
}

/** About as many bytes as the JSON text of a value has; exact enough for a bound. */
function sizeOf(value: JsonValue): number {
  if (typeof value === 'string') return value.length
  return typeof value === 'object' && value !== null ? JSON.stringify(value).length : 8
}

function away(error: unknown): boolean {
  return error instanceof StorageUnavailableError
}

/** An end is never given up: only a settle frees its job, and the log tells what stands in the way. */
function any(): boolean {
  return true
}
