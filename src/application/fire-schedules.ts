import {
  decideFiring,
  jobOfSchedule,
  makesJob,
  skipped,
  type DecidedTick,
  type FiringDecision,
} from '../domain/firing.js'
import type { NewJob } from '../domain/job.js'
import type { PublishedDefinition } from '../domain/job-definition.js'
import { scrubText } from '../domain/json.js'
import type { Schedule, Tick } from '../domain/schedule.js'
import type { CancelJobs } from './cancel-jobs.js'
import { hintJobs } from './hint-jobs.js'
import { isOpen, paramsFault, unknownDefinition } from './job-faults.js'
import type { JobRegistry } from './job-registry.js'
import { openSlots } from './open-slots.js'
import type { Calendar } from './ports/calendar.js'
import type { Clock } from './ports/clock.js'
import type { DefinitionStore } from './ports/definition-store.js'
import { ignoredTicks, type TickObserver } from './ports/tick-observer.js'
import type { Leadership } from './ports/leader-lock.js'
import type { Logger } from './ports/logger.js'
import type { Notifier } from './ports/notifier.js'
import type { DueSchedule, Firing, ScheduleStore } from './ports/schedule-store.js'
import { silentTransitions, type TransitionLog } from './transition-log.js'

/** Schedules that are looked at together. */
const PAGE = 1_000
/** One reads and decides a page while two write theirs. */
const HANDS = 3
/** Nobody else has a turn while slots are looked for: after so long, what is decided is fired first. */
const DECIDING_MS = 100
/** Most jobs, and bytes of their params, of one transaction; a single larger one goes alone. */
const MAX_JOBS = 1_000
const MAX_BYTES = 8 * 1024 * 1024
/** Most slots of one schedule that make jobs together. */
const MAX_SLOTS = 200

/** A schedule and what becomes of its open slots. */
interface Plan {
  readonly due: DueSchedule
  readonly decision: FiringDecision
}

/** What is written of it. */
interface Shot {
  readonly firing: Firing
  readonly cancels: readonly string[]
  readonly bytes: number
}

/**
 * Fires the schedules that are due: decides what becomes of each open slot, checks the jobs to be made as those of any caller, and
 * keeps ticks and jobs together. One that cannot be fired never holds up the others: what is wrong with its definition or params is in
 * its tick.
 *
 * Only a leader does this. Slots are unique in the store, so that two who take themselves for leaders do no harm.
 */
export class FireSchedules {
  readonly name = 'schedules'
  /** Revisions of schedules that could not be decided, so that each is told once. */
  private readonly told = new Map<string, number>()

  constructor(
    private readonly schedules: Pick<ScheduleStore, 'due' | 'fire'>,
    private readonly definitions: Pick<DefinitionStore, 'find'>,
    private readonly registry: Pick<JobRegistry, 'paramsFlaws'>,
    private readonly calendar: Pick<Calendar, 'next'>,
    private readonly cancelJobs: Pick<CancelJobs, 'execute'>,
    private readonly notifier: Pick<Notifier, 'hint'>,
    private readonly clock: Clock,
    private readonly newId: () => string,
    private readonly logger: Logger,
    private readonly log: TransitionLog = silentTransitions,
    private readonly observer: TickObserver = ignoredTicks,
  ) {}

  /**
   * Fires everything that is due at its beginning. Pages are read one after the other, each while those before it are written.
   * @returns 0: the next second may have a slot.
   */
  async round(leadership: Leadership): Promise<number> {
    const pages = this.pages(this.clock.now())
    const hand = async (): Promise<void> => {
      // Who leaves ends the pages for the other hands, too.
      for await (const plans of pages) if (!(await this.keep(leadership, plans))) return
    }
    await Promise.all(Array.from({ length: HANDS }, hand))
    return 0
  }

  private async *pages(dueBy: Date): AsyncGenerator<readonly Plan[]> {
    for (let last: DueSchedule | null = null; ;) {
      const due = await this.schedules.due(dueBy, PAGE, last)
      const { plans, looked } = this.decide(due)
      yield plans
      if (looked === due.length && due.length < PAGE) return
      last = due[looked - 1] ?? null
    }
  }

  /** As many of these as there is time for, at least one. */
  private decide(due: readonly DueSchedule[]): { readonly plans: readonly Plan[]; readonly looked: number } {
    const beganAt = this.clock.monotonicMs()
    const plans: Plan[] = []
    let looked = 0
    for (const one of due) {
      if (looked > 0 && this.clock.monotonicMs() - beganAt > DECIDING_MS) break
      looked += 1
      const decision = this.decideOne(one)
      if (decision !== null) plans.push({ due: one, decision })
    }
    return { plans, looked }
  }

  private decideOne({ schedule, openJobs }: DueSchedule): FiringDecision | null {
    const now = this.clock.now()
    const most = Math.max(1, Math.min(MAX_SLOTS, Math.floor(MAX_BYTES / (bytesOf(schedule) + 1))))
    try {
      return decideFiring(schedule, openJobs, openSlots(this.calendar, schedule, now, most), now)
    } catch (error) {
      const { id, name, revision } = schedule
      if (this.told.get(id) !== revision)
        this.logger.error('a schedule cannot be decided', { scheduleId: id, name, error: String(error) })
      this.told.set(id, revision)
      return null
    }
  }

  /** Answers whether this term still holds, as far as was seen. */
  private async keep(leadership: Leadership, plans: readonly Plan[]): Promise<boolean> {
    if (plans.length === 0) return true
    const refs = plans.map(({ due: { schedule } }) => ({
      key: schedule.definitionKey,
      version: schedule.definitionVersion ?? 0,
    }))
    const published = await this.definitions.find(refs)
    const now = this.clock.now()
    const shots = plans.map((plan, place) => this.shotOf(plan, published[place] ?? null, now))
    for (const batch of batches(shots)) if (!(await this.fire(leadership, batch, now))) return false
    return true
  }

  private shotOf({ due, decision }: Plan, definition: PublishedDefinition | null, now: Date): Shot {
    const { schedule } = due
    const fault = this.faultOf(schedule, definition)
    const made = decision.ticks.map((tick): { readonly tick: Tick; readonly job: NewJob | null } => {
      if (!makesJob(tick)) return { tick: withoutJob(tick), job: null }
      if (fault !== null || definition === null)
        return { tick: withoutJob(skipped(tick, fault ?? '')), job: null }
      const job = jobOfSchedule(schedule, definition, this.newId(), now)
      return { tick: { ...tick, jobId: job.id }, job }
    })
    const jobs = made.flatMap(({ job }) => (job === null ? [] : [job]))
    const firing = firingOf(
      schedule,
      decision,
      made.map(({ tick }) => tick),
      jobs,
    )
    const cancels = jobs.length === 0 ? [] : decision.cancels
    return {
      firing,
      cancels,
      bytes: jobs.length * bytesOf(schedule),
    }
  }

  /** Why no job of this schedule can be made now, in words that every store can hold: a schema may say anything. */
  private faultOf(schedule: Schedule, definition: PublishedDefinition | null): string | null {
    if (definition === null || !isOpen(definition)) return unknownDefinition(schedule).message
    const fault = paramsFault(this.registry, definition, schedule.params)
    if (fault === null) return null
    const [flaw] = fault.details.flaws ?? []
    return flaw === undefined ? fault.message : scrubText(`${fault.message}: ${flaw.pointer} ${flaw.message}`)
  }

  /**
   * Cancels first: when this process dies in between, the slot is still open, and whoever leads next makes its job.
   */
  private async fire(leadership: Leadership, shots: readonly Shot[], now: Date): Promise<boolean> {
    const cancels = shots.flatMap((shot) => shot.cancels)
    if (cancels.length > 0) await this.cancelJobs.execute(cancels, now)
    const answers = await this.schedules.fire(
      leadership,
      shots.map(({ firing }) => firing),
    )
    if (answers === 'superseded') return false
    const fired = shots.filter((_, place) => answers[place] === 'fired')
    this.tell(fired)
    const rejected = shots.filter((_, place) => answers[place] === 'rejected')
    if (rejected.every(({ firing }) => firing.jobs.length === 0)) return true
    return this.fire(leadership, rejected.map(withoutJobs), now)
  }

  private tell(fired: readonly Shot[]): void {
    const jobs = fired.flatMap(({ firing }) => firing.jobs)
    hintJobs(this.notifier, jobs, this.clock.now())
    for (const job of jobs) this.log.queued(job)
    for (const { firing } of fired) this.observer.ticked(firing.ticks)
  }
}

/** Consecutive shots that one transaction takes. */
function* batches(shots: readonly Shot[]): Generator<readonly Shot[]> {
  let batch: Shot[] = []
  let jobs = 0
  let bytes = 0
  for (const shot of shots) {
    jobs += shot.firing.jobs.length
    bytes += shot.bytes
    if (batch.length > 0 && (jobs > MAX_JOBS || bytes > MAX_BYTES)) {
      yield batch
      batch = []
      jobs = shot.firing.jobs.length
      bytes = shot.bytes
    }
    batch.push(shot)
  }
  if (batch.length > 0) yield batch
}

function firingOf(
  schedule: Schedule,
  { decidedUntil, nextRunAt, waitingSlot }: FiringDecision,
  ticks: readonly Tick[],
  jobs: readonly NewJob[],
): Firing {
  const { id: scheduleId, revision } = schedule
  const latest = ticks.findLast(makesJob)?.slot ?? schedule.lastRunAt
  return { scheduleId, revision, decidedUntil, nextRunAt, waitingSlot, lastRunAt: latest, ticks, jobs }
}

function withoutJobs({ firing, ...shot }: Shot): Shot {
  const ticks = firing.ticks.map((tick) =>
    makesJob(tick) ? withoutJob(skipped(tick, 'the database cannot take its job')) : tick,
  )
  return { ...shot, cancels: [], bytes: 0, firing: { ...firing, ticks, jobs: [] } }
}

function withoutJob(tick: DecidedTick): Tick {
  return { ...tick, jobId: null }
}

function bytesOf({ params }: Schedule): number {
  return JSON.stringify(params).length
}
