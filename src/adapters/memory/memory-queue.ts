import { firstPlace } from '../../domain/first-place.js'
import { claimOrder, type QueuedJob } from '../../domain/job.js'

/** Queued jobs of one definition in the order in which they would start if all were due. */
export class MemoryQueue {
  private jobs: QueuedJob[] = []
  /** Those before it have left: closing the gap for each would move all that wait, and most leave here. */
  private front = 0

  get size(): number {
    return this.jobs.length - this.front
  }

  /** Due or not. */
  get first(): QueuedJob | undefined {
    return this.jobs[this.front]
  }

  all(): readonly QueuedJob[] {
    return this.jobs.slice(this.front)
  }

  add(job: QueuedJob): void {
    this.jobs.splice(this.placeOf(job), 0, job)
  }

  remove(job: QueuedJob): void {
    const at = this.placeOf(job)
    if (this.jobs[at]?.id !== job.id) return
    if (at > this.front) {
      this.jobs.splice(at, 1)
      return
    }
    this.front += 1
    if (this.front * 2 <= this.jobs.length) return
    this.jobs = this.jobs.slice(this.front)
    this.front = 0
  }

  /** The first that are due, no more than `most`. Goes from priority to priority, past those that are not. */
  due(now: Date, most: number): QueuedJob[] {
    const due: QueuedJob[] = []
    for (let at = this.front; at < this.jobs.length && due.length < most;) {
      const job = this.jobs[at] as QueuedJob
      const isDue = job.runAt <= now
      if (isDue) due.push(job)
      at = isDue ? at + 1 : this.endOfPriority(at)
    }
    return due
  }

  /** When the first of those that are not due will be; of each priority that has any. */
  nextDue(now: Date): Date[] {
    const times: Date[] = []
    for (let at = this.front; at < this.jobs.length;) {
      const end = this.endOfPriority(at)
      const later = firstPlace(this.jobs, (job) => job.runAt > now, at, end)
      if (later < end) times.push((this.jobs[later] as QueuedJob).runAt)
      at = end
    }
    return times
  }

  /** Where the jobs of the same priority end that the one at this position begins or belongs to. */
  private endOfPriority(at: number): number {
    const priority = this.jobs[at]?.priority
    return firstPlace(this.jobs, (job) => job.priority !== priority, at)
  }

  /** First position whose job does not come before this one. */
  private placeOf(job: QueuedJob): number {
    return firstPlace(this.jobs, (other) => other.id === job.id || claimOrder(other, job) >= 0, this.front)
  }
}
