import { newJob, type NewJob } from './job.js'
import type { PublishedDefinition } from './job-definition.js'
import type { Schedule, Tick } from './schedule.js'

/** A slot that is decided this late was missed, and `catchUp` rules it. Before that, another leader may have had to take over: it fires. */
export const LATE_MS = 60_000

/** How many of its late slots a schedule makes up for: the newest ones, since they are the ones that still matter. */
export function madeUpFor({ catchUp, maxCatchUp }: Pick<Schedule, 'catchUp' | 'maxCatchUp'>): number {
  switch (catchUp) {
    case 'skip':
      return 0
    case 'last':
      return 1
    case 'all':
      return maxCatchUp
  }
}

/** The slots of a schedule that are to be decided, apart by what can become of them; ascending. */
export interface OpenSlots {
  /** Late slots that nobody makes up for, all together: there may be millions. */
  readonly missed: MissedSlots | null
  /** Late slots that are made up for. */
  readonly late: readonly Date[]
  readonly onTime: readonly Date[]
  /** With these decided, so is every slot up to this instant. */
  readonly until: Date
  /** The first slot after it. */
  readonly next: Date | null
}

export interface MissedSlots {
  readonly first: Date
  /** At least so many; exactly, unless `isMore`. */
  readonly count: number
  readonly isMore: boolean
}

/** What becomes of a slot; `fired` and `caught_up` make a job. */
export type DecidedTick = Omit<Tick, 'jobId'>

export interface FiringDecision extends Pick<Schedule, 'decidedUntil' | 'nextRunAt' | 'waitingSlot'> {
  readonly ticks: readonly DecidedTick[]
  /** Jobs whose end is asked for before the new one is made. */
  readonly cancels: readonly string[]
}

/**
 * Decides what becomes of the open slots of a schedule.
 *
 * A slot that waits comes first, and is never late: it was decided in time. After it the slots come in their order, and each that makes
 * a job counts as open for the next: with `skip` only the first makes one; with `queue_one` the second waits; with
 * `cancel_previous` only the last makes one, for it would cancel the others at once.
 *
 * @param openJobs ids of the schedule's jobs that have not ended; without meaning for `allow`.
 * @returns `null` when nothing changes.
 */
export function decideFiring(
  schedule: Schedule,
  openJobs: readonly string[],
  slots: OpenSlots,
  now: Date,
): FiringDecision | null {
  const { overlap, waitingSlot } = schedule
  const stillWaits = waitingSlot !== null && overlap === 'queue_one' && openJobs.length > 0
  const candidates = [
    ...(waitingSlot === null || stillWaits ? [] : [firing(waitingSlot, now)]),
    ...slots.late.map((slot) => madeUp(slot, now)),
    ...slots.onTime.map((slot) => firing(slot, now)),
  ]
  const fires = (place: number): boolean => {
    if (overlap === 'allow') return true
    if (overlap === 'cancel_previous') return place === candidates.length - 1
    return place === 0 && openJobs.length === 0
  }
  const left = candidates.filter((_, place) => !fires(place))
  const waits = overlap !== 'queue_one' ? null : stillWaits ? waitingSlot : (left.shift()?.slot ?? null)
  const ticks = [
    ...(slots.missed === null ? [] : [missed(slots.missed, schedule, now)]),
    ...left.map((tick) => skipped(tick, reasonOf(schedule, openJobs, waits))),
    ...candidates.filter((_, place) => fires(place)),
  ].sort((a, b) => a.slot.getTime() - b.slot.getTime())
  if (ticks.length === 0 && isSame(waits, waitingSlot) && isSame(slots.next, schedule.nextRunAt)) return null
  const cancels = overlap === 'cancel_previous' && candidates.length > 0 ? openJobs : []
  return { decidedUntil: slots.until, nextRunAt: slots.next, waitingSlot: waits, ticks, cancels }
}

/** A job of a schedule, due at once; its definition fills in what the schedule leaves open. */
export function jobOfSchedule(
  { id: scheduleId, params, priority, maxAttempts }: Schedule,
  definition: PublishedDefinition,
  id: string,
  now: Date,
): NewJob {
  return newJob(
    {
      definitionKey: definition.key,
      definitionVersion: definition.version,
      params,
      priority,
      maxAttempts: maxAttempts ?? definition.defaultMaxAttempts,
      runAt: null,
      idempotency: null,
      callback: null,
      traceparent: null,
      scheduleId,
    },
    id,
    now,
  )
}

/** The same tick without a job. */
export function skipped(tick: DecidedTick, reason: string): DecidedTick {
  return { ...tick, outcome: 'skipped', reason }
}

export function makesJob({ outcome }: Pick<Tick, 'outcome'>): boolean {
  return outcome === 'fired' || outcome === 'caught_up'
}

function firing(slot: Date, now: Date): DecidedTick {
  return { slot, outcome: 'fired', reason: null, delayMs: delayMs(slot, now) }
}

function madeUp(slot: Date, now: Date): DecidedTick {
  const reason = 'no scheduler was there in time; made up for'
  return { slot, outcome: 'caught_up', reason, delayMs: delayMs(slot, now) }
}

function missed({ first, count, isMore }: MissedSlots, { catchUp, maxCatchUp }: Schedule, now: Date) {
  const many = `${isMore ? 'at least ' : ''}${count} ${count === 1 && !isMore ? 'slot' : 'slots'}`
  const rule = catchUp === 'all' ? `all, at most ${maxCatchUp}` : catchUp
  const reason = `${many} from ${first.toISOString()} on: no scheduler was there in time, and catchUp is ${rule}`
  return { slot: first, outcome: 'missed', reason, delayMs: delayMs(first, now) } as const
}

function reasonOf({ overlap }: Schedule, [openJob]: readonly string[], waits: Date | null): string {
  if (overlap === 'cancel_previous') return 'a later slot has taken its place'
  if (overlap === 'queue_one') return `the slot of ${waits?.toISOString() ?? ''} waits for its turn already`
  return openJob === undefined
    ? 'the job of an earlier slot has not ended'
    : `job ${openJob} of this schedule has not ended`
}

function delayMs(slot: Date, now: Date): number {
  return Math.max(0, now.getTime() - slot.getTime())
}

function isSame(one: Date | null, other: Date | null): boolean {
  return one?.getTime() === other?.getTime()
}
