import { callsForDelivery } from './cancel-jobs.js'
import { NO_CHANGES, UNNAMED_CHANGES } from './followers.js'
import { insertAndTell } from './insert-and-tell.js'
import type { ChangeChannel, JobChange } from './ports/change-channel.js'
import type { DefinitionStore } from './ports/definition-store.js'
import type { InsertAnswer, JobStore, Settlement } from './ports/job-store.js'
import type { ScheduleStore } from './ports/schedule-store.js'
import type { Stores } from './ports/stores.js'
import type { JobStatus } from '../domain/job.js'

/** The same stores, which say after each commit what it changed. */
export function announcedStores(stores: Stores): Stores {
  const { jobs, definitions, schedules, changes } = stores
  return {
    ...stores,
    jobs: announcedJobs(jobs, changes),
    definitions: announcedDefinitions(definitions, changes),
    schedules: announcedSchedules(schedules, changes),
  }
}

function announcedJobs(store: JobStore, channel: ChangeChannel): JobStore {
  const tell = (jobs: readonly JobChange[]): void => {
    if (jobs.length > 0) channel.announce({ ...NO_CHANGES, jobs })
  }
  return {
    insert: (jobs, onClaimable) =>
      insertAndTell(store, jobs, (answers) => {
        tell(queuedChanges(answers))
        onClaimable?.(answers)
      }),
    async insertAll(jobs) {
      const answer = await store.insertAll(jobs)
      if (answer.outcome === 'kept') tell(queuedChanges(answer.answers))
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
      if (answers.some(callsForDelivery)) channel.announce(UNNAMED_CHANGES)
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
      if (answers.includes(true)) channel.announce(UNNAMED_CHANGES)
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

export function queuedChanges(answers: readonly InsertAnswer[]): readonly JobChange[] {
  const changes: JobChange[] = []
  for (const answer of answers)
    if (answer.outcome === 'inserted') changes.push({ jobId: answer.job.id, status: 'queued' })
  return changes
}

function statusAfter({ kind }: Settlement['outcome']): JobStatus {
  if (kind === 'requeued') return 'queued'
  return kind === 'dead' ? 'failed' : kind
}

function announcedSchedules(store: ScheduleStore, channel: ChangeChannel): ScheduleStore {
  const tell = (schedules: readonly string[], jobs: readonly JobChange[] = []): void => {
    if (schedules.length > 0) channel.announce({ ...NO_CHANGES, schedules, jobs })
  }
  return {
    async create(schedules) {
      const answers = await store.create(schedules)
      tell(schedules.flatMap(({ id }, place) => (answers[place] === 'created' ? [id] : [])))
      return answers
    },
    async change(changes) {
      const answers = await store.change(changes)
      tell(changes.flatMap(({ schedule }, place) => (answers[place] === 'applied' ? [schedule.id] : [])))
      return answers
    },
    async remove(ids) {
      const answers = await store.remove(ids)
      tell(ids.filter((_, place) => answers[place] === true))
      return answers
    },
    get: (id) => store.get(id),
    named: (names) => store.named(names),
    declared: () => store.declared(),
    list: (page) => store.list(page),
    ticks: (id, page) => store.ticks(id, page),
    due: (now, limit, after) => store.due(now, limit, after),
    async fire(leadership, firings) {
      const answers = await store.fire(leadership, firings)
      if (answers === 'superseded') return answers
      const fired = firings.filter((_, place) => answers[place] === 'fired')
      tell(
        fired.map(({ scheduleId }) => scheduleId),
        fired.flatMap(({ jobs }) => jobs.map(({ id }): JobChange => ({ jobId: id, status: 'queued' }))),
      )
      return answers
    },
    pruneTicks: (leadership, before, limit) => store.pruneTicks(leadership, before, limit),
  }
}

function announcedDefinitions(store: DefinitionStore, channel: ChangeChannel): DefinitionStore {
  const tell = (keys: readonly string[]): void => {
    if (keys.length > 0) channel.announce({ ...NO_CHANGES, definitions: keys })
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
