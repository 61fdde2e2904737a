import type { ActiveJob, JobRequest } from '../../src/domain/job.js'
import { decideOutcome, type Outcome } from '../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'
import type { RunResult } from '../../src/domain/run-result.js'
import { DELIVERY } from '../../src/domain/delivery.js'
import { TTL_MS, type World } from '../contract/world.js'
import { aSchedule } from './factories.js'

const MINUTE_MS = 60_000

export interface EveryKind {
  /** Waits for a worker, and holds an idempotency key. */
  readonly queued: string
  /** Waits for its second attempt, with the error of the first. */
  readonly waiting: string
  readonly succeeded: string
  readonly failed: string
  readonly running: string
  readonly cancelling: string
  readonly schedule: string
  /** The worker that holds what runs. */
  readonly incarnation: string
}

/**
 * Every kind of row that a server writes, as its use cases write it: through the ports, decided by the domain. At the end two jobs run,
 * of a worker that is alive.
 */
export async function everyKind(world: World): Promise<EveryKind> {
  const { jobs, definitions, apiKeys, logs, metrics, workers } = world.stores
  await world.publish(
    {},
    { key: 'limited', concurrencyLimit: 2, paramsSchema: { type: 'object', minProperties: 0 } },
  )
  await world.publish({ ...DELIVERY, concurrencyLimit: 5, defaultMaxAttempts: 20 })
  await definitions.setPaused('limited', true)
  for (const name of ['ci', 'gone'])
    await apiKeys.create({
      id: world.newId(),
      name,
      scope: 'submit',
      secretHash: name.repeat(16),
      createdAt: world.now,
    })
  await apiKeys.revoke('gone', world.now)

  const incarnation = await world.worker({ slots: 50 })
  const running = async (facts: Partial<JobRequest> = {}): Promise<ActiveJob> => {
    const [id] = await world.insert(facts)
    const [job] = await world.claim(incarnation, 1)
    if (job === undefined || job.id !== id) throw new Error('the job was not claimed')
    return job
  }
  const outcome = (job: ActiveJob, result: RunResult): Outcome =>
    decideOutcome(job, result, {
      now: world.now,
      random: 0.5,
      policy: DEFAULT_RETRY_POLICY,
      newId: world.newId,
    })
  const end = async (job: ActiveJob, result: RunResult): Promise<string> => {
    world.clock.advance(1_234)
    await world.settle(job, outcome(job, result))
    return job.id
  }

  const callback = { url: 'https://example.com/hook?token=s', events: ['succeeded', 'failed'] as const }
  const first = await running({
    callback,
    params: { name: 'Łódź ✓', deep: [{ b: 1.5, a: null }], big: 1e21, '10': true },
  })
  await jobs.appendEvents(
    [
      { lease: first.lease, type: 'progress', payload: { step: 'half', progress: 50.5 }, progress: 50.5 },
      { lease: first.lease, type: 'seen', payload: { 'it’s': ['"quoted"', '\\', '\n'] } },
    ],
    world.now,
  )
  const line = { at: world.now, level: 'info', message: 'at "work"\n', fields: { n: 1 }, bytes: 20 } as const
  await logs.append([
    { jobId: first.id, run: first.run, lines: [line, { ...line, level: 'error' }], dropped: 3 },
  ])
  const usage = { cpuMs: 12, maxRssBytes: 50_000_000 }
  const succeeded = await end(first, { kind: 'succeeded', result: { sum: 0.1 + 0.2, none: null }, usage })

  const failed = await end(await running({ callback }), {
    kind: 'error',
    message: 'Zażółć: no such region',
    permanent: true,
  })
  await world.retry(failed)
  const discarded = await end(await running({ priority: 9 }), {
    kind: 'error',
    message: 'no',
    permanent: true,
  })
  const letter = await world.stores.queries.deadLetterOf(discarded)
  await jobs.discard([letter?.id ?? ''], world.now)
  await end(await running({ priority: 9 }), { kind: 'succeeded', result: null })
  await metrics.fold(world.now)

  const waiting = await end(await running({ priority: 9 }), { kind: 'error', message: 'the bank is away' })
  const idempotency = { key: 'order 1', version: 0, bodyHash: 'abc' }
  const [queued = '', cancelled = ''] = await world.insert(
    { idempotency, priority: 7, params: { n: 1 }, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    { callback, runAt: world.clock.in(MINUTE_MS) },
    { definitionKey: 'limited' },
  )
  await jobs.requestCancel([cancelled], world.now, world.newId)

  const schedule = await tickedSchedule(world)
  const [held, asked] = [await running({ priority: 10 }), await running({ priority: 10 })]
  await jobs.requestCancel([asked.id], world.now, world.newId)
  await workers.renew({ incarnation, running: 2, draining: false }, TTL_MS)
  return {
    ...{ queued, waiting, succeeded, failed, schedule, incarnation },
    ...{ running: held.id, cancelling: asked.id },
  }
}

/** A schedule of each minute with one slot that was skipped and one that made a job. */
async function tickedSchedule(world: World): Promise<string> {
  const { schedules } = world.stores
  const schedule = aSchedule({ params: { of: 'schedule' }, declared: { everySeconds: 60 }, priority: -5 })
  await schedules.create([schedule])
  const slots = [1, 2].map((n) => new Date(schedule.createdAt.getTime() + n * MINUTE_MS))
  const [skipped, fired] = slots as [Date, Date]
  world.clock.advance(2 * MINUTE_MS)
  const job = world.newJob({ scheduleId: schedule.id, priority: -5 })
  const { revision } = schedule
  await schedules.fire(await world.leadership(), [
    {
      ...{ scheduleId: schedule.id, revision, waitingSlot: null },
      ...{ decidedUntil: fired, lastRunAt: fired, nextRunAt: new Date(fired.getTime() + MINUTE_MS) },
      ticks: [
        {
          slot: skipped,
          outcome: 'skipped',
          jobId: null,
          reason: 'the last one still runs',
          delayMs: 60_000,
        },
        { slot: fired, outcome: 'fired', jobId: job.id, reason: null, delayMs: 0 },
      ],
      jobs: [job],
    },
  ])
  return schedule.id
}
