import { callsForDelivery } from './cancel-jobs.js'
import type { ChangeChannel, JobChange } from './ports/change-channel.js'
import type { DefinitionStore } from './ports/definition-store.js'
import type { InsertAnswer, JobStore, Settlement } from './ports/job-store.js'
import type { Stores } from './ports/stores.js'
import type { JobStatus } from '../domain/job.js'

/** The same stores, which say after each commit what it changed. */
export function announcedStores(stores: Stores): Stores {
  const { jobs, definitions, changes } = stores
  return {
    ...stores,
    jobs: announcedJobs(jobs, changes),
    definitions: announcedDefinitions(definitions, changes),
  }
}

function announcedJobs(store: JobStore, channel: ChangeChannel): JobStore {
  const tell = (jobs: readonly JobChange[]): void => {
    if (jobs.length > 0) channel.announce({ jobs, definitions: [], more: false })
  }
  return {
    async insert(jobs) {
      const answers = await store.insert(jobs)
      tell(queuedBy(answers))
      return answers
    },
    async insertAll(jobs) {
      const answer = await store.insertAll(jobs)
      if (answer.outcome === 'kept') tell(queuedBy(answer.answers))
      return answer
    },
    async claim(request) {
      const answer = await store.claim(request)
      tell(answer.jobs.map(({ id, status }) => ({ jobId: id, status })))
      return answer
    },
    held: (incarnation) => store.held(incarnation),
    async settle(settlements, now) {
      const answers = await store.settle(settlements, now)
      tell(
        settlements.flatMap(({ lease: { jobId }, outcome }, index): JobChange[] =>
          answers[index] === 'applied'
            ? [
                { jobId, status: statusAfter(outcome) },
                ...outcome.deliveries.map(({ id }): JobChange => ({ jobId: id, status: 'queued' })),
              ]
            : [],
        ),
      )
      return answers
    },
    orphans: (limit, reachableSince) => store.orphans(limit, reachableSince),
    async requestCancel(ids, now, newId) {
      const answers = await store.requestCancel(ids, now, newId)
      tell(
        answers.flatMap((answer) =>
          answer.outcome === 'cancelled' || answer.outcome === 'cancelling'
            ? [{ jobId: answer.job.id, status: answer.outcome }]
            : [],
        ),
      )
      // Their ids are known to the store alone.
      if (answers.some(callsForDelivery)) channel.announce({ jobs: [], definitions: [], more: true })
      return answers
    },
    async retry(retries, now) {
      const answers = await store.retry(retries, now)
      tell(
        retries.flatMap(({ jobId, newJobId }, index): JobChange[] =>
          answers[index]?.outcome === 'retried'
            ? [
                { jobId, status: null },
                { jobId: newJobId, status: 'queued' },
              ]
            : [],
        ),
      )
      return answers
    },
    async discard(deadLetterIds, now) {
      const answers = await store.discard(deadLetterIds, now)
      // Dead letters have no name here.
      if (answers.includes(true)) channel.announce({ jobs: [], definitions: [], more: true })
      return answers
    },
    async appendEvents(events, now) {
      const answers = await store.appendEvents(events, now)
      const ids = new Set(events.map(({ lease }) => lease.jobId))
      tell([...ids].map((jobId) => ({ jobId, status: null })))
      return answers
    },
  }
}

function queuedBy(answers: readonly InsertAnswer[]): readonly JobChange[] {
  return answers.flatMap((answer) =>
    answer.outcome === 'inserted' ? [{ jobId: answer.job.id, status: 'queued' }] : [],
  )
}

function statusAfter({ kind }: Settlement['outcome']): JobStatus {
  if (kind === 'requeued') return 'queued'
  return kind === 'dead' ? 'failed' : kind
}

function announcedDefinitions(store: DefinitionStore, channel: ChangeChannel): DefinitionStore {
  const tell = (keys: readonly string[]): void => {
    if (keys.length > 0) channel.announce({ jobs: [], definitions: keys, more: false })
  }
  return {
    async publish(definitions) {
      await store.publish(definitions)
      tell([...new Set(definitions.map(({ key }) => key))])
    },
    list: () => store.list(),
    find: (refs) => store.find(refs),
    async setPaused(key, paused) {
      const versions = await store.setPaused(key, paused)
      if (versions > 0) tell([key])
      return versions
    },
  }
}
