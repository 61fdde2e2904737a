import { attemptEnd } from '../../src/domain/attempt.js'
import type { PublishedDefinition } from '../../src/domain/job-definition.js'
import { newJob, type ActiveJob, type JobRequest, type NewJob } from '../../src/domain/job.js'
import type { Outcome } from '../../src/domain/outcome.js'
import type { WorkerIncarnation } from '../../src/application/ports/worker-registry.js'
import type { Schedule } from '../../src/domain/schedule.js'
import { uuid } from './ids.js'

export const NOON = new Date(Date.UTC(2026, 0, 1, 12))

/** A definition as published; unlimited unless told otherwise. */
export function aDefinition(facts: Partial<PublishedDefinition> = {}): PublishedDefinition {
  return {
    key: 'work',
    version: 1,
    defaultMaxAttempts: 3,
    timeoutSeconds: 60,
    concurrencyLimit: 0,
    paramsSchema: null,
    isolation: 'inline',
    paused: false,
    ...facts,
  }
}

/** A job as a caller asks for it: `work@1`, due at once. */
export function aRequest(facts: Partial<JobRequest> = {}): JobRequest {
  return {
    definitionKey: 'work',
    definitionVersion: 1,
    params: {},
    priority: 0,
    maxAttempts: 3,
    runAt: null,
    idempotency: null,
    callback: null,
    traceparent: null,
    scheduleId: null,
    ...facts,
  }
}

export function aNewJob(facts: Partial<JobRequest> = {}, id = uuid(1), now = NOON): NewJob {
  return newJob(aRequest(facts), id, now)
}

/** A job in its first run, by a worker whose incarnation is `uuid(0xfff)`. */
export function aRunningJob(facts: Partial<ActiveJob> = {}): ActiveJob {
  const { idempotency: _idempotency, ...job } = aNewJob()
  const run = facts.run ?? 1
  return {
    ...job,
    status: 'running',
    attempts: 1,
    run,
    startedAt: NOON,
    workerName: 'worker-1',
    lease: { jobId: facts.id ?? job.id, run, incarnation: uuid(0xfff) },
    ...facts,
  }
}

export function aWorker(facts: Partial<WorkerIncarnation> = {}): WorkerIncarnation {
  return {
    incarnation: uuid(0xfff),
    name: 'worker-1',
    host: 'host-1',
    pid: 4711,
    version: '1.2.3',
    slots: 4,
    definitions: [{ key: 'work', version: 1 }],
    ...facts,
  }
}

/** A schedule of `work`, each minute since noon, which has its first slot a minute later. */
export function aSchedule(facts: Partial<Schedule> = {}): Schedule {
  return {
    id: uuid(0x5ced),
    name: 'every minute',
    definitionKey: 'work',
    definitionVersion: null,
    params: {},
    priority: 0,
    maxAttempts: null,
    cron: null,
    everySeconds: 60,
    timezone: 'UTC',
    startsAt: null,
    endsAt: null,
    enabled: true,
    catchUp: 'last',
    maxCatchUp: 100,
    overlap: 'allow',
    createdAt: NOON,
    decidedUntil: NOON,
    nextRunAt: new Date(NOON.getTime() + 60_000),
    lastRunAt: null,
    waitingSlot: null,
    declared: null,
    revision: 1,
    ...facts,
  }
}

/** Outcomes as the domain would decide them, short enough for a test of a store. */
export const outcomeOf = {
  succeeded(job: ActiveJob, result: Extract<Outcome, { kind: 'succeeded' }>['result'] = null): Outcome {
    const events = [{ type: 'succeeded', payload: { attempt: job.attempts } }]
    return {
      ...accountOf(job),
      kind: 'succeeded',
      result,
      crashes: 0,
      errorSummary: null,
      events,
      attempt: attemptEnd(job, 'succeeded', null),
      deliveries: [],
    }
  },
  cancelled(job: ActiveJob): Outcome {
    const attempt = attemptEnd(job, 'cancelled', null)
    const events = [{ type: 'cancelled', payload: {} }]
    return { ...accountOf(job), kind: 'cancelled', events, attempt, deliveries: [] }
  },
  requeued(job: ActiveJob, runAt: Date, errorSummary = 'try again'): Outcome {
    const payload = { attempt: job.attempts, error: errorSummary, runAt: runAt.toISOString() }
    return {
      ...accountOf(job),
      kind: 'requeued',
      runAt,
      errorSummary,
      events: [{ type: 'retry_scheduled', payload }],
      attempt: attemptEnd(job, 'error', errorSummary),
      deliveries: [],
    }
  },
  dead(job: ActiveJob, deadLetterId: string, errorSummary = 'no more'): Outcome {
    const reason = 'attempts_exhausted'
    const events = [
      { type: 'moved_to_dlq', payload: { dlqJobId: deadLetterId, reason } },
      { type: 'failed', payload: { attempt: job.attempts, error: errorSummary, reason } },
    ]
    const attempt = attemptEnd(job, 'error', errorSummary)
    const account = { ...accountOf(job), errorSummary, events }
    return { ...account, kind: 'dead', deadLetterId, reason, attempt, deliveries: [] }
  },
}

function accountOf({ attempts, crashes, interruptions, errorSummary }: ActiveJob) {
  return { attempts, crashes, interruptions, errorSummary }
}
