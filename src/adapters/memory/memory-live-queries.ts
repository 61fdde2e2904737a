import type { EventPlace, LiveQueries } from '../../application/ports/live-queries.js'
import type { QueueQueries } from '../../application/ports/queue-queries.js'
import type { Activity } from '../../domain/explain-job.js'
import { claimOrder, isFinished, type ActiveJob, type QueuedJob } from '../../domain/job.js'
import { refOf, type DefinitionRef } from '../../domain/job-definition.js'
import type { JobEvent } from '../../domain/job-event.js'
import { refOfJob, type MemoryState } from './memory-state.js'

export class MemoryLiveQueries implements LiveQueries {
  constructor(private readonly state: MemoryState) {}

  heads(jobIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const heads = jobIds.flatMap((id): [string, number][] => {
      const job = this.state.jobs.get(id)
      return job === undefined || isFinished(job) ? [] : [[id, this.state.events.get(id)?.length ?? 0]]
    })
    return Promise.resolve(new Map(heads))
  }

  eventsAfter(places: readonly EventPlace[], limit: number): Promise<readonly (readonly JobEvent[])[]> {
    return Promise.resolve(
      places.map(({ jobId, after, most = limit }) =>
        (this.state.events.get(jobId) ?? []).slice(after, after + Math.min(limit, most)),
      ),
    )
  }
}

export class MemoryQueueQueries implements QueueQueries {
  constructor(private readonly state: MemoryState) {}

  activity(): Promise<readonly Activity[]> {
    const counts = new Map<string, Activity>()
    for (const { definitionKey: key, definitionVersion: version, lease } of this.active()) {
      const { incarnation } = lease
      const name = `${refOf({ key, version })} ${incarnation}`
      counts.set(name, { key, version, incarnation, jobs: (counts.get(name)?.jobs ?? 0) + 1 })
    }
    return Promise.resolve([...counts.values()])
  }

  holders(definition: DefinitionRef, limit: number): Promise<readonly string[]> {
    const ids = this.active().flatMap((job) => (refOfJob(job) === refOf(definition) ? [job.id] : []))
    return Promise.resolve(ids.sort().slice(0, limit))
  }

  ahead(
    job: QueuedJob,
    definitions: readonly DefinitionRef[],
    dueBy: Date,
    max: number,
  ): Promise<readonly number[]> {
    return Promise.resolve(
      definitions.map((definition) => {
        const before = this.state
          .queue(refOf(definition))
          .all()
          .filter((other) => other.id !== job.id && other.runAt <= dueBy && claimOrder(other, job) < 0)
        return Math.min(max, before.length)
      }),
    )
  }

  recentRunMs(definition: DefinitionRef, limit: number): Promise<readonly number[]> {
    const ended = [...this.state.jobs.values()].flatMap((job) =>
      isFinished(job) && refOfJob(job) === refOf(definition) && job.status !== 'cancelled' ? [job] : [],
    )
    const times = ended
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, limit)
      .flatMap(({ startedAt, finishedAt }) =>
        startedAt === null ? [] : [finishedAt.getTime() - startedAt.getTime()],
      )
    return Promise.resolve(times)
  }

  private active(): ActiveJob[] {
    return this.state.activeIds().flatMap((id): ActiveJob[] => {
      const job = this.state.jobs.get(id)
      return job !== undefined && 'lease' in job ? [job] : []
    })
  }
}
