import { isFinished, type ActiveJob, type FinishedJob, type Job, type QueuedJob } from './job.js'
import { refOf, type DefinitionRef, type PublishedDefinition } from './job-definition.js'

/** Why a job does not run, or what it does instead. */
export type Reason =
  | { readonly code: 'scheduled'; readonly message: string; readonly runAt: Date }
  | { readonly code: 'paused'; readonly message: string }
  | {
      readonly code: 'concurrency_limit'
      readonly message: string
      readonly limit: number
      readonly running: number
      /** Ids of jobs that have the places, at most 100. */
      readonly holders: readonly string[]
    }
  | {
      readonly code: 'no_worker'
      readonly message: string
      /** Live workers, none of which takes such jobs. */
      readonly workers: number
      /** Of these, those that have the definition but take no more jobs. */
      readonly draining: number
    }
  | {
      readonly code: 'workers_busy'
      readonly message: string
      readonly workers: number
      readonly slots: number
      readonly running: number
    }
  | {
      readonly code: 'running'
      readonly message: string
      readonly workerId: string | null
      readonly run: number
      readonly startedAt: Date
    }
  | { readonly code: 'finished'; readonly message: string; readonly finishedAt: Date }

export interface Explanation {
  readonly reasons: readonly Reason[]
  /** From 1: its place among the queued jobs that its workers would take; `null` when it is not queued. */
  readonly position: number | null
  /** There are at least so many before it; they were not all counted. */
  readonly positionIsCapped: boolean
  /** By the median of recent runs; `null` when nothing can be said. */
  readonly expectedStartAt: Date | null
}

/** Active jobs of one definition in one worker. */
export interface Activity extends DefinitionRef {
  readonly incarnation: string
  readonly jobs: number
}

/** What has to be known of a worker that is not dead. */
export interface WorkerFacts {
  readonly incarnation: string
  readonly definitions: readonly DefinitionRef[]
  readonly slots: number
  /** Slots that were taken at its last beat, whether by jobs or by handlers of jobs that have ended. */
  readonly running: number
  readonly draining: boolean
  readonly leaseExpiresAt: Date
}

/** What the cluster looks like at one moment. */
export interface Cluster {
  readonly now: Date
  readonly definitions: readonly PublishedDefinition[]
  readonly workers: readonly WorkerFacts[]
  readonly activity: readonly Activity[]
}

/** A definition whose jobs may start before a certain job, and how many of them at most. */
export interface Rival {
  readonly definition: DefinitionRef
  readonly room: number
}

/** Jobs before another one that are counted. */
export const MAX_POSITION = 10_000
export const MAX_HOLDERS = 100

/** A job that does not wait. */
export function explainUnqueued(job: ActiveJob | FinishedJob): Explanation {
  return {
    reasons: [isFinished(job) ? finished(job) : running(job)],
    position: null,
    positionIsCapped: false,
    expectedStartAt: null,
  }
}

/**
 * The definitions among whose jobs a worker chooses when it could take this one: its own first, then what else its workers run and
 * may start now, each only as far as its limit has room.
 */
export function rivalsOf(job: QueuedJob, cluster: Cluster): readonly Rival[] {
  const own = definitionOf(job)
  const others = new Map(
    takersOf(own, cluster).flatMap(({ definitions }) => definitions.map((ref) => [refOf(ref), ref])),
  )
  others.delete(refOf(own))
  const rivals = [...others.values()].map((definition) => ({ definition, room: roomOf(definition, cluster) }))
  return [{ definition: own, room: Infinity }, ...rivals.filter(({ room }) => room > 0)]
}

/**
 * Why a queued job waits: everything that keeps it from starting, what is certain to end first.
 *
 * @param ahead how many jobs its workers would take before it.
 * @param holders ids of its definition's active jobs.
 * @param recentRunMs how long recent runs of its definition took.
 */
export function explainQueued(
  job: QueuedJob,
  cluster: Cluster,
  ahead: number,
  holders: readonly string[],
  recentRunMs: readonly number[],
): Explanation {
  const positionIsCapped = ahead >= MAX_POSITION
  const reasons = reasonsOf(job, cluster, holders)
  const stuck = positionIsCapped || reasons.some(({ code }) => code === 'paused' || code === 'no_worker')
  return {
    reasons,
    position: Math.min(ahead, MAX_POSITION) + 1,
    positionIsCapped,
    expectedStartAt: stuck ? null : expectedStart(job, cluster, ahead, recentRunMs),
  }
}

function reasonsOf(job: QueuedJob, cluster: Cluster, holders: readonly string[]): readonly Reason[] {
  const own = definitionOf(job)
  const { concurrencyLimit: limit = 0, paused = false } = publishedOf(own, cluster) ?? {}
  const active = activeOf(own, cluster)
  const reasons: Reason[] = []
  if (job.runAt > cluster.now) {
    const message = `it is due at ${job.runAt.toISOString()}, in ${secondsBetween(cluster.now, job.runAt)} s`
    reasons.push({ code: 'scheduled', message, runAt: job.runAt })
  }
  if (paused) reasons.push({ code: 'paused', message: `${own.key} is paused` })
  if (limit > 0 && active >= limit) {
    const message = `${active} of at most ${limit} jobs of ${refOf(own)} are running`
    reasons.push({ code: 'concurrency_limit', message, limit, running: active, holders })
  }
  return [...reasons, ...workerReasons(own, cluster)]
}

function workerReasons(own: DefinitionRef, cluster: Cluster): readonly Reason[] {
  const takers = takersOf(own, cluster)
  const { slots, busy, atLastBeat } = slotsOf(takers, cluster)
  if (takers.length === 0) {
    const workers = livingOf(cluster).length
    const draining = livingOf(cluster).filter((worker) => runs(worker, own)).length
    const message =
      draining > 0
        ? `every live worker that runs ${refOf(own)} is stopping`
        : `none of ${workers} live workers runs ${refOf(own)}`
    return [{ code: 'no_worker', message, workers, draining }]
  }
  const running = Math.max(busy, atLastBeat)
  if (running < slots) return []
  const all = `all ${slots} slots of the ${takers.length} workers that run ${refOf(own)}`
  const message =
    busy < slots
      ? `${all} were taken at their last heartbeats, though ${busy} jobs are running: handlers may go on after their end`
      : `${all} are taken`
  return [{ code: 'workers_busy', message, workers: takers.length, slots, running }]
}

/** Now, or when enough of the jobs before it will have ended, if each takes as long as the median of recent ones. */
function expectedStart(
  job: QueuedJob,
  cluster: Cluster,
  ahead: number,
  recentRunMs: readonly number[],
): Date | null {
  const own = definitionOf(job)
  const { slots, busy, atLastBeat } = slotsOf(takersOf(own, cluster), cluster)
  // Handlers of ended jobs have the rest, and nobody knows for how long.
  if (busy < slots && atLastBeat >= slots) return null
  const { concurrencyLimit: limit = 0 } = publishedOf(own, cluster) ?? {}
  const width = limit === 0 ? slots : Math.min(slots, limit)
  const free = Math.max(0, Math.min(slots - busy, roomOf(own, cluster)))
  const { now } = cluster
  const due = job.runAt > now ? job.runAt : now
  const ends = ahead - free + 1
  if (ends <= 0) return due
  const median = medianOf(recentRunMs)
  if (median === null) return null
  const placeAt = new Date(now.getTime() + Math.round((ends / width) * median))
  return placeAt > due ? placeAt : due
}

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

function finished({ status, finishedAt }: FinishedJob): Reason {
  return { code: 'finished', message: `the job is over: ${status}`, finishedAt }
}

function running({ status, workerName, run, startedAt }: ActiveJob): Reason {
  const message = status === 'running' ? 'the job is running' : 'the job is running, and told to stop'
  return { code: 'running', message, workerId: workerName, run, startedAt }
}

function definitionOf({ definitionKey, definitionVersion }: Job): DefinitionRef {
  return { key: definitionKey, version: definitionVersion }
}

function publishedOf(
  { key, version }: DefinitionRef,
  { definitions }: Cluster,
): PublishedDefinition | undefined {
  return definitions.find((definition) => definition.key === key && definition.version === version)
}

/** How many more jobs of a definition may run. */
function roomOf(definition: DefinitionRef, cluster: Cluster): number {
  const published = publishedOf(definition, cluster)
  if (published === undefined || published.paused) return 0
  if (published.concurrencyLimit === 0) return Infinity
  return Math.max(0, published.concurrencyLimit - activeOf(definition, cluster))
}

function activeOf({ key, version }: DefinitionRef, { activity }: Cluster): number {
  const own = activity.filter((entry) => entry.key === key && entry.version === version)
  return own.reduce((sum, { jobs }) => sum + jobs, 0)
}

function livingOf({ workers, now }: Cluster): readonly WorkerFacts[] {
  return workers.filter(({ leaseExpiresAt }) => leaseExpiresAt > now)
}

/** Workers that would claim a job of this definition. */
function takersOf(definition: DefinitionRef, cluster: Cluster): readonly WorkerFacts[] {
  return livingOf(cluster).filter((worker) => !worker.draining && runs(worker, definition))
}

function runs({ definitions }: WorkerFacts, { key, version }: DefinitionRef): boolean {
  return definitions.some((ref) => ref.key === key && ref.version === version)
}

interface Slots {
  readonly slots: number
  /** By jobs that run. */
  readonly busy: number
  readonly atLastBeat: number
}

function slotsOf(workers: readonly WorkerFacts[], { activity }: Cluster): Slots {
  const ids = new Set(workers.map(({ incarnation }) => incarnation))
  const theirs = activity.filter(({ incarnation }) => ids.has(incarnation))
  return {
    slots: workers.reduce((sum, { slots }) => sum + slots, 0),
    busy: theirs.reduce((sum, { jobs }) => sum + jobs, 0),
    atLastBeat: workers.reduce((sum, { running }) => sum + running, 0),
  }
}

function secondsBetween(from: Date, to: Date): number {
  return Math.ceil((to.getTime() - from.getTime()) / 1000)
}
