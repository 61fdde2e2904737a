import { expect } from 'chai'
import { SettleJobs, type RunEnd } from '../../src/application/settle-jobs.js'
import type { JobStore } from '../../src/application/ports/job-store.js'
import { DELIVERY } from '../../src/domain/delivery.js'
import { StorageUnavailableError } from '../../src/domain/errors.js'
import type { ActiveJob } from '../../src/domain/job.js'
import type { JsonValue } from '../../src/domain/json.js'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'
import type { RunResult } from '../../src/domain/run-result.js'
import { World, WORK } from '../contract/world.js'
import { memoryHarness } from '../support/memory-harness.js'
import { hintsOf } from '../support/recording.js'

const error: RunResult = { kind: 'error', message: 'boom' }
const OTHER = { key: 'limited', version: 1 }

describe('SettleJobs', () => {
  let world: World
  let hints: string[][]

  beforeEach(async () => {
    world = new World()
    await world.open(memoryHarness())
    await world.publish({}, { ...OTHER, concurrencyLimit: 2 })
    hints = hintsOf(world.stores.notifier)
  })

  function settler(store: JobStore = world.stores.jobs): SettleJobs {
    const isLimited = ({ key }: { key: string }): boolean => key === OTHER.key
    const { notifier } = world.stores
    return new SettleJobs(
      store,
      notifier,
      world.clock,
      () => 0.5,
      world.newId,
      DEFAULT_RETRY_POLICY,
      isLimited,
    )
  }

  async function claimed(count: number, definitionKey = 'work'): Promise<readonly ActiveJob[]> {
    await world.insert(...Array.from({ length: count }, () => ({ definitionKey, maxAttempts: 2 })))
    return world.claim(await world.worker(), count, [WORK, OTHER])
  }

  it('turns each end into its outcome, in one batch', async () => {
    const jobs = await claimed(4)
    const results: RunResult[] = [
      { kind: 'succeeded', result: 1 },
      error,
      { ...error, permanent: true },
      { kind: 'cancelled' },
    ]
    expect(await settler().execute(ends(jobs, results))).to.deep.equal(Array(4).fill('applied'))
    const statuses = await world.statuses(jobs.map(({ id }) => id))
    expect(statuses).to.deep.equal(['succeeded', 'queued', 'failed', 'cancelled'])
    expect(await world.stores.queries.deadLetterOf(jobs[2]?.id ?? '')).to.include({ reason: 'permanent' })
  })

  it('decides again when a cancel came first, whatever the worker knew', async () => {
    const jobs = await claimed(2)
    await world.stores.jobs.requestCancel(
      jobs.map(({ id }) => id),
      world.now,
      world.newId,
    )
    const answers = await settler().execute(ends(jobs, [error, { kind: 'crashed', message: 'x' }]))
    expect(answers).to.deep.equal(['applied', 'applied'])
    expect(await world.statuses(jobs.map(({ id }) => id))).to.deep.equal(['cancelled', 'cancelled'])
  })

  it('fails a job for good whose end cannot be kept, and cancels it when that was asked too', async () => {
    const jobs = await claimed(2)
    await world.stores.jobs.requestCancel([jobs[1]?.id ?? ''], world.now, world.newId)
    // As a database that cannot hold what these handlers returned.
    const store: JobStore = {
      ...bound(world.stores.jobs),
      settle: async (settlements, now) => {
        const open = settlements.filter(({ outcome }) => outcome.kind !== 'succeeded')
        const answers = [...(await world.stores.jobs.settle(open, now))]
        return settlements.map(({ outcome }) =>
          outcome.kind === 'succeeded' ? 'rejected' : (answers.shift() ?? 'lease_lost'),
        )
      },
    }
    const results: RunResult[] = jobs.map(() => ({ kind: 'succeeded', result: 'too odd' }))
    expect(await settler(store).execute(ends(jobs, results))).to.deep.equal(['applied', 'applied'])
    expect(await world.statuses(jobs.map(({ id }) => id))).to.deep.equal(['failed', 'cancelled'])
  })

  it('says which runs had lost their lease', async () => {
    const jobs = await claimed(2)
    await world.succeed(...jobs.slice(0, 1))
    expect(await settler().execute(ends(jobs, [error, error]))).to.deep.equal(['lease_lost', 'applied'])
  })

  it('hints re-queued jobs at their time and freed places of limited definitions, once each', async () => {
    const plain = await claimed(3)
    const limited = await claimed(2, OTHER.key)
    const succeeded: RunResult = { kind: 'succeeded', result: null }
    await settler().execute(ends(plain.slice(0, 1), [succeeded]))
    expect(hints).to.deep.equal([])
    await settler().execute(ends([...plain.slice(1), ...limited], [error, error, succeeded, error]))
    const runAt = (await world.stores.queries.get(plain[1]?.id ?? ''))?.job.runAt
    expect(hints).to.deep.equal([[OTHER.key], ['work', OTHER.key, runAt?.toISOString()]])
  })

  it('hints as many places as have come free', async () => {
    const limited = await claimed(2, OTHER.key)
    const places: unknown[] = []
    world.stores.notifier.hint = (...hint) => void places.push(hint)
    const succeeded: RunResult = { kind: 'succeeded', result: null }
    await settler().execute(ends(limited, [succeeded, succeeded]))
    expect(places).to.deep.equal([[[OTHER.key], undefined, 2]])
  })

  it('hints deliveries, as soon as there are any', async () => {
    await world.insert({ callback: { url: 'https://receiver.example/', events: ['failed'] }, maxAttempts: 1 })
    const [job] = await world.claim(await world.worker(), 1)
    await settler().execute(ends([job!], [error]))
    expect(hints).to.deep.equal([[DELIVERY.key]])
    expect(await world.stores.queries.deliveries(job!.id)).to.have.length(1)
  })

  it('may be repeated when an answer was lost, and hints then', async () => {
    const jobs = await claimed(1)
    let replies = 0
    const store: JobStore = {
      ...bound(world.stores.jobs),
      settle: async (...args) => {
        const answers = await world.stores.jobs.settle(...args)
        if (replies++ === 0) throw new StorageUnavailableError(new Error('connection reset'))
        return answers
      },
    }
    const settle = settler(store)
    const lost = await settle.execute(ends(jobs, [error])).catch((thrown: unknown) => thrown)
    expect(lost).to.be.instanceOf(StorageUnavailableError)
    expect(await settle.execute(ends(jobs, [error]))).to.deep.equal(['lease_lost'])
    const runAt = (await world.stores.queries.get(jobs[0]?.id ?? ''))?.job.runAt
    expect(hints).to.deep.equal([['work', runAt?.toISOString()]])
    expect(await world.eventTypes(jobs[0]?.id ?? '')).to.deep.equal(['queued', 'started', 'retry_scheduled'])
  })

  it('never chokes on a delay or an error that a handler made up', async () => {
    const jobs = await claimed(3)
    const odd: RunResult[] = [
      { kind: 'snoozed', delayMs: 1e300 },
      { ...error, retryAfterMs: Infinity },
      { kind: 'snoozed', delayMs: 0.25 },
    ]
    expect(await settler().execute(ends(jobs, odd))).to.deep.equal(Array(3).fill('applied'))
    const [first] = await Promise.all(jobs.map(({ id }) => world.job(id)))
    expect(first?.runAt.getUTCFullYear()).to.be.within(2035, 2036)
  })

  it('gives up a job whose result is nested deeper than the store in memory can copy, and settles the others', async () => {
    const jobs = await claimed(2)
    let list: JsonValue = null
    for (let length = 0; length < 50_000; length++) list = { next: list }
    const results: RunResult[] = [
      { kind: 'succeeded', result: 1 },
      { kind: 'succeeded', result: list },
    ]
    expect(await settler().execute(ends(jobs, results))).to.deep.equal(['applied', 'applied'])
    const [fine, deep] = await Promise.all(jobs.map(({ id }) => world.job(id)))
    expect(fine).to.include({ status: 'succeeded', result: 1 })
    expect(deep).to.include({
      status: 'failed',
      errorSummary: 'the result of this run cannot be stored',
    })
    expect(await world.stores.queries.attempts(deep?.id ?? '', 10)).to.have.length(1)
  })
})

function ends(jobs: readonly ActiveJob[], results: readonly RunResult[]): RunEnd[] {
  return jobs.map((job, index) => ({ job, result: results[index] ?? error }))
}

/** The methods of a store as values, so that some can be replaced. */
function bound(store: JobStore): JobStore {
  return {
    insert: (...args) => store.insert(...args),
    insertAll: (...args) => store.insertAll(...args),
    claim: (...args) => store.claim(...args),
    held: (...args) => store.held(...args),
    settle: (...args) => store.settle(...args),
    orphans: (...args) => store.orphans(...args),
    requestCancel: (...args) => store.requestCancel(...args),
    retry: (...args) => store.retry(...args),
    discard: (...args) => store.discard(...args),
    appendEvents: (...args) => store.appendEvents(...args),
  }
}
