import type { DefinitionRef } from '../../domain/job-definition.js'
import type { Lease } from '../../domain/lease.js'

/** One start of one worker process. */
export interface WorkerIncarnation {
  /** A fresh UUID per start. */
  readonly incarnation: string
  /** `WORKER_ID`, for people. */
  readonly name: string
  readonly host: string
  readonly pid: number
  readonly version: string
  readonly slots: number
  readonly definitions: readonly DefinitionRef[]
}

/**
 * Who is alive. Each worker renews one row; the leases of all its jobs live as long as that row. Expiry is always judged
 * by the database's own clock, never by the caller's.
 *
 * @throws StorageUnavailableError from every method when the database is away.
 */
export interface WorkerRegistry {
  /** Announces a worker; its lease runs for `ttlMs` from now. A dead incarnation is not revived: `false`. */
  register(worker: WorkerIncarnation, ttlMs: number): Promise<boolean>

  /**
   * Renews the worker's lease for `ttlMs` from now. An expired lease that nobody has buried may still be renewed.
   *
   * @returns `alive: false` when the incarnation is dead or unknown, for ever.
   */
  renew(beat: Beat, ttlMs: number): Promise<Renewal>

  /** Ids of this worker's jobs whose cancellation was asked for; the light question between two beats. */
  cancelling(incarnation: string): Promise<readonly string[]>

  /** Marks workers dead whose lease has run out, in one guarded write, and forgets dead ones that no job names; answers how many died. */
  bury(limit: number): Promise<number>

  /** Ends an incarnation on purpose: dead at once; a job that it leaves behind was interrupted. Unknown ones are ignored. */
  resign(incarnation: string): Promise<void>

  /** Workers that are not dead, oldest first. */
  list(): Promise<readonly WorkerRecord[]>
}

export interface Beat {
  readonly incarnation: string
  readonly running: number
  readonly draining: boolean
}

/** One run of a job, by which its lease is told from those before and after it. */
export type HeldRun = Pick<Lease, 'jobId' | 'run'>

/** What a worker learns with its beat. */
export interface Renewal {
  readonly alive: boolean
  /** Ids of its jobs to abort. */
  readonly cancelling: readonly string[]
  /** All runs that it holds, in any order: a claim whose answer was lost may have handed out some that it knows nothing of. */
  readonly held: readonly HeldRun[]
  /** How many workers with the very same definitions have a lease and, by their last beats, a free slot, and do not drain; itself by its new one. */
  readonly ready: number
}

export interface WorkerRecord extends WorkerIncarnation {
  readonly running: number
  readonly draining: boolean
  readonly startedAt: Date
  readonly heartbeatAt: Date
  readonly leaseExpiresAt: Date
}
