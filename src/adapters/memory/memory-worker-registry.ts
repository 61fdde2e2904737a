import { isDeepStrictEqual } from 'node:util'
import type {
  Beat,
  WorkerIncarnation,
  WorkerRecord,
  WorkerRegistry,
} from '../../application/ports/worker-registry.js'
import type { ActiveJob } from '../../domain/job.js'
import type { MemoryState, WorkerRow } from './memory-state.js'

export class MemoryWorkerRegistry implements WorkerRegistry {
  constructor(private readonly state: MemoryState) {}

  async register(worker: WorkerIncarnation, ttlMs: number): Promise<boolean> {
    if (this.state.workers.get(worker.incarnation)?.dead === true) return Promise.resolve(false)
    const now = this.state.leaseNow()
    const leaseExpiresAt = new Date(now.getTime() + ttlMs)
    const fresh = {
      running: 0,
      draining: false,
      dead: false,
      startedAt: now,
      heartbeatAt: now,
      leaseExpiresAt,
    }
    this.state.workers.set(worker.incarnation, { ...worker, ...fresh })
    return Promise.resolve(true)
  }

  async renew({ incarnation, running, draining }: Beat, ttlMs: number): ReturnType<WorkerRegistry['renew']> {
    const worker = this.state.workers.get(incarnation)
    if (worker === undefined || worker.dead)
      return Promise.resolve({ alive: false, cancelling: [], held: [], ready: 0 })
    const now = this.state.leaseNow()
    const leaseExpiresAt = new Date(now.getTime() + ttlMs)
    this.state.workers.set(incarnation, { ...worker, running, draining, heartbeatAt: now, leaseExpiresAt })
    const ready = [...this.state.workers.values()].filter((other) => isReady(other, worker, now)).length
    const held = this.activeOf(incarnation).map(({ id, run }) => ({ jobId: id, run }))
    return { alive: true, cancelling: await this.cancelling(incarnation), held, ready }
  }

  async cancelling(incarnation: string): Promise<readonly string[]> {
    const cancelling = this.activeOf(incarnation).filter(({ status }) => status === 'cancelling')
    return Promise.resolve(cancelling.map(({ id }) => id))
  }

  private activeOf(incarnation: string): readonly ActiveJob[] {
    return this.state.activeIds().flatMap((id) => {
      const job = this.state.jobs.get(id)
      return job !== undefined && 'lease' in job && job.lease.incarnation === incarnation ? [job] : []
    })
  }

  async bury(limit: number): Promise<number> {
    const now = this.state.leaseNow()
    const expired = [...this.state.workers.values()].filter(
      (worker) => !worker.dead && worker.leaseExpiresAt <= now,
    )
    for (const worker of expired.slice(0, limit)) this.kill(worker)
    this.forgetUnnamed()
    return Promise.resolve(Math.min(limit, expired.length))
  }

  async resign(incarnation: string): Promise<void> {
    const worker = this.state.workers.get(incarnation)
    if (worker !== undefined && !worker.dead) this.kill({ ...worker, leaseExpiresAt: new Date(0) })
    return Promise.resolve()
  }

  async list(): Promise<readonly WorkerRecord[]> {
    const living = [...this.state.workers.values()].filter(({ dead }) => !dead)
    return Promise.resolve(living.map(({ dead: _dead, ...record }) => record))
  }

  private kill(worker: WorkerRow): void {
    this.state.workers.set(worker.incarnation, { ...worker, dead: true })
  }

  /** A row that is gone counts as dead: an unknown incarnation can neither renew nor claim. */
  private forgetUnnamed(): void {
    const named = new Set(
      this.state.activeIds().map((id) => {
        const job = this.state.jobs.get(id)
        return job !== undefined && 'lease' in job ? job.lease.incarnation : ''
      }),
    )
    for (const { incarnation, dead } of this.state.workers.values()) {
      if (dead && !named.has(incarnation)) this.state.workers.delete(incarnation)
    }
  }
}

function isReady(other: WorkerRow, worker: WorkerRow, now: Date): boolean {
  const isFree = other.running < other.slots && !other.draining && !other.dead && other.leaseExpiresAt > now
  return isFree && isDeepStrictEqual(other.definitions, worker.definitions)
}
