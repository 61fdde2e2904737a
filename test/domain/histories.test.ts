import { expect } from 'chai'
import fc from 'fast-check'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { FINAL_STATUSES, JOB_STATUSES, TRANSITIONS, type Job, type JobStatus } from '../../src/domain/job.js'
import { decideOrphan, decideOutcome, type Circumstances } from '../../src/domain/outcome.js'
import type { RunResult } from '../../src/domain/run-result.js'
import { aDefinition, aNewJob, aWorker } from '../support/factories.js'
import { FakeClock } from '../support/fake-clock.js'
import { uuid } from '../support/ids.js'

type Step = 'claim' | 'cancel' | { readonly orphaned: boolean } | RunResult

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('claim' as const) },
  fc.constant('cancel' as const),
  fc.record({ orphaned: fc.boolean() }),
  fc.constantFrom<RunResult>(
    { kind: 'succeeded', result: 1 },
    { kind: 'error', message: 'boom' },
    { kind: 'error', message: 'boom', permanent: true },
    { kind: 'error', message: 'boom', retryAfterMs: 5 },
    { kind: 'timeout', timeoutMs: 1 },
    { kind: 'crashed', message: 'crash' },
    { kind: 'oom', message: 'heap' },
    { kind: 'snoozed', delayMs: 3 },
    { kind: 'interrupted' },
    { kind: 'cancelled' },
  ),
)
const history = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' })
const maxAttempts = fc.integer({ min: 1, max: 5 })

/** Lives one job through a history; answers what it was after each step. */
async function live(steps: readonly Step[], attempts: number): Promise<{ jobs: Job[]; stores: Stores }> {
  const clock = new FakeClock()
  const stores = createMemoryStores({ clock })
  await stores.definitions.publish([aDefinition()])
  await stores.workers.register(aWorker(), 1e9)
  const [id, { incarnation }] = [uuid(1), aWorker()]
  await stores.jobs.insert([aNewJob({ maxAttempts: attempts }, id, clock.now())])
  const jobs: Job[] = []
  for (const [index, next] of steps.entries()) {
    const now = clock.advance(10_000)
    const job = (await stores.queries.get(id))?.job
    if (job === undefined) throw new Error('the job is gone')
    jobs.push(job)
    const policy = { baseMs: 1_000, maxMs: 8_000, jitter: 0.2 }
    const at: Circumstances = { now, random: 0.3, policy, newId: () => uuid(1_000 + index) }
    if (next === 'claim')
      await stores.jobs.claim({ incarnation, limit: 1, now, definitions: [{ key: 'work', version: 1 }] })
    else if (next === 'cancel') await stores.jobs.requestCancel([id], now, () => uuid(2_000 + index))
    else if ('lease' in job && !(job.status === 'running' && 'kind' in next && next.kind === 'cancelled')) {
      const outcome = 'orphaned' in next ? decideOrphan(job, next.orphaned, at) : decideOutcome(job, next, at)
      await stores.jobs.settle([{ lease: job.lease, outcome }], now)
    }
  }
  const last = (await stores.queries.get(id))?.job
  if (last !== undefined) jobs.push(last)
  return { jobs, stores }
}

describe('the life of a job, whatever happens to it', () => {
  it('follows the state machine, never leaves a final status, never uses more attempts than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(history, maxAttempts, async (steps, attempts) => {
        const { jobs } = await live(steps, attempts)
        for (const [index, job] of jobs.entries()) {
          const before = jobs[index - 1] ?? job
          if (job.status !== before.status) expect(TRANSITIONS[before.status]).to.include(job.status)
          expect(job.attempts).to.be.within(0, attempts)
          expect(job.run).to.be.at.least(before.run)
          expect(job.crashes).to.be.within(0, 3)
        }
      }),
    )
  })

  it('ends every started run in exactly one way, its final event last', async () => {
    const ends = [
      'succeeded',
      'failed',
      'retry_scheduled',
      'cancelled',
      'interrupted',
      'snoozed',
      'lease_lost',
    ]
    await fc.assert(
      fc.asyncProperty(history, maxAttempts, async (steps, attempts) => {
        const { jobs, stores } = await live(steps, attempts)
        const types = ((await stores.queries.events(uuid(1), 0, 1_000)) ?? []).map(({ type }) => type)
        const last = jobs.at(-1) as Job
        if ((FINAL_STATUSES as readonly JobStatus[]).includes(last.status))
          expect(types.at(-1)).to.equal(last.status)
        const runs = types.join(' ').split('started').slice(1)
        for (const [index, run] of runs.entries()) {
          // A lost lease may be followed by what it led to; after a re-queue a cancel may follow too.
          const found = run
            .trim()
            .split(' ')
            .filter((type) => ends.includes(type))
          const open = index === runs.length - 1 && 'lease' in last
          expect(found.length > 0).to.equal(!open)
        }
      }),
    )
  })

  it('has a table without ways out of final statuses, and without dead ends before', () => {
    for (const status of JOB_STATUSES) {
      const final = (FINAL_STATUSES as readonly JobStatus[]).includes(status)
      expect(TRANSITIONS[status].length === 0, status).to.equal(final)
    }
  })
})
