import type { Clock } from '../../application/ports/clock.js'
import type { ClaimAnswer } from '../../application/ports/job-store.js'
import type { Notifier } from '../../application/ports/notifier.js'

export interface PollPaceDeps {
  readonly clock: Clock
  readonly notifier: Pick<Notifier, 'isProven'>
  readonly random: () => number
}

/** Longest sleep while hints of other processes have not proved to arrive, or the lease has ended that claims are made under. */
const UNPROVEN_POLL_MS = 1_000
/** So long hints are trusted to tell of all that comes after a look that has left nothing, even if they prove not to have come. */
const TRUST_MS = 1_000
const MIN_ERROR_DELAY_MS = 50
const MAX_ERROR_DELAY_MS = 1_000
/** Sleeps after claims that came away with nothing since others were in the way grow so often, to twice as long each time. */
const MOST_DOUBLINGS = 2

/** So many workers look at once for one job that was hinted, one more for each further one: some may be full by now, or gone. */
const LOOKERS = 4
/** The others look within so long for each worker that is ready: together not more often when they are more. */
const LATE_MS = 20
/** Longest time until all have looked. */
const MOST_LATE_MS = 1_000

/** How long a worker sleeps from one claim to the next, in milliseconds, unless a hint wakes it. */
export class PollPace {
  private errors = 0
  private losses = 0
  private ready = 1
  /** Monotonic time until which all that may run is either taken or hinted, places of limited definitions, too. */
  private hintedUntil = -Infinity

  /** @param intervalMs longest sleep while hints have proved to arrive. */
  constructor(
    private readonly deps: PollPaceDeps,
    private readonly intervalMs: number,
  ) {}

  /** Whether the last look left nothing, so that a slot that comes free is no reason for another one. */
  leftNothing(): boolean {
    return this.deps.clock.monotonicMs() < this.hintedUntil
  }

  /** A look begins: slots that come free from now on are not among those that it is for. */
  before(): void {
    this.hintedUntil = -Infinity
  }

  /** @param asked for so many jobs. */
  after({ jobs, contended, nextDueAt, unleased = false }: ClaimAnswer, asked: number): number {
    this.errors = 0
    const isProven = this.deps.notifier.isProven()
    if (isProven && jobs.length < asked && !contended)
      this.hintedUntil = this.deps.clock.monotonicMs() + TRUST_MS
    const lost = contended && jobs.length === 0
    const doublings = lost ? this.losses : 0
    this.losses = lost ? Math.min(MOST_DOUBLINGS, this.losses + 1) : 0
    if (jobs.length >= asked) return this.intervalMs
    // What the claim left is mostly nothing; brief jobs end, and ask again, before this is over.
    if (contended || jobs.length > 0) return (5 + 15 * this.deps.random()) * 2 ** doublings
    const idleMs = isProven && !unleased ? this.intervalMs : Math.min(UNPROVEN_POLL_MS, this.intervalMs)
    if (nextDueAt === null) return idleMs
    return Math.min(idleMs, Math.max(1, nextDueAt.getTime() - this.deps.clock.now().getTime()))
  }

  /** @param ready workers like this one that had a free slot lately, itself included. */
  learnReady(ready: number): void {
    this.ready = Math.max(1, ready)
  }

  /** How much later than it was told to look this worker does so, so that not each job wakes them all (see docs/adr/0033). */
  lateMs(jobs = Infinity): number {
    const share = (LOOKERS - 1 + jobs) / this.ready
    if (share >= 1 || this.deps.random() < share) return 0
    return this.deps.random() * Math.min(MOST_LATE_MS, LATE_MS * this.ready)
  }

  afterError(): number {
    const delayMs = Math.min(MAX_ERROR_DELAY_MS, MIN_ERROR_DELAY_MS * 2 ** this.errors)
    this.errors += 1
    return delayMs * (0.5 + this.deps.random() / 2)
  }
}
