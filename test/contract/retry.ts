import { expect } from './expect.js'
import { outcomeOf } from '../support/factories.js'
import type { StoreHarness } from './harness.js'
import type { Case } from './world.js'

const RETRIED = { outcome: 'retried', definitionKey: 'work', definitionVersion: 1 }

export function retryContract(promise: Case, { concurrentClaims }: StoreHarness['features']): void {
  promise('makes a new job of a failed one, linked to it, and leaves the old one as it is', async (world) => {
    const idempotency = { key: 'k', version: 1, bodyHash: 'h' }
    const params = { a: [1, 'ж', null] }
    const { jobId } = await world.failed({ params, priority: 7, maxAttempts: 5, idempotency })
    const before = await world.everythingOf(jobId)
    world.clock.advance(60_000)
    const newJobId = world.newId()
    expect(await world.stores.jobs.retry([{ jobId, newJobId, maxAttempts: null }], world.now)).to.deep.equal([
      RETRIED,
    ])
    expect(await world.stores.queries.get(newJobId)).to.deep.equal({
      job: world.jobOf({ params, priority: 7, maxAttempts: 5 }, newJobId),
      retriedFrom: jobId,
      heartbeatAt: null,
      leaseExpiresAt: null,
    })
    const [listed] = (await world.stores.queries.list({ statuses: ['queued'] }, { limit: 1, offset: 0 })).jobs
    expect(listed?.retriedFrom).to.equal(jobId)
    expect(await world.events(newJobId)).to.deep.equal([
      {
        id: 1,
        type: 'queued',
        at: world.now,
        payload: { runAt: world.now.toISOString(), retriedFrom: jobId },
      },
    ])
    expect(await world.everythingOf(jobId)).to.deep.equal(before)
  })

  promise('gives the new job the attempts that are asked for, and it runs like any other', async (world) => {
    const { jobId } = await world.failed({ maxAttempts: 1 })
    const newJobId = world.newId()
    await world.stores.jobs.retry([{ jobId, newJobId, maxAttempts: 9 }], world.now)
    const [job] = await world.claim(await world.worker())
    expect(job).to.include({ id: newJobId, attempts: 1, maxAttempts: 9 })
    if (job !== undefined) await world.succeed(job)
    expect(await world.eventTypes(newJobId)).to.deep.equal(['queued', 'started', 'succeeded'])
    expect((await world.stores.queries.get(newJobId))?.retriedFrom).to.equal(jobId)
  })

  promise(
    'happens once: later calls learn of the job that was made, whatever became of it',
    async (world) => {
      const { jobId } = await world.failed()
      const newJobId = world.newId()
      await world.stores.jobs.retry([{ jobId, newJobId, maxAttempts: null }], world.now)
      const already = { outcome: 'already_retried', jobId: newJobId }
      expect(await world.retry(jobId)).to.deep.equal([already])
      await world.stores.jobs.requestCancel([newJobId], world.now, world.newId)
      expect(await world.retry(jobId, jobId)).to.deep.equal([already, already])
    },
  )

  promise(
    'takes a cancelled job once, too, and then the cancelled job that was made of it',
    async (world) => {
      await world.publish({})
      const [first = ''] = await world.insert({})
      await world.stores.jobs.requestCancel([first], world.now, world.newId)
      const second = world.newId()
      const retry = { jobId: first, newJobId: second, maxAttempts: null }
      expect(await world.stores.jobs.retry([retry], world.now)).to.deep.equal([RETRIED])
      expect(await world.retry(first)).to.deep.equal([{ outcome: 'already_retried', jobId: second }])
      await world.stores.jobs.requestCancel([second], world.now, world.newId)
      expect(await world.retry(second)).to.deep.equal([RETRIED])
    },
  )

  promise('refuses jobs that have not ended, succeeded, are unknown or were put aside', async (world) => {
    const { jobId: discarded, letterId } = await world.failed()
    expect(await world.stores.jobs.discard([letterId], world.now)).to.deep.equal([true])
    const succeeded = await world.running()
    await world.settle(succeeded, outcomeOf.succeeded(succeeded))
    const running = await world.running()
    const [queued = ''] = await world.insert({})
    const answers = await world.retry(queued, running.id, succeeded.id, world.newId(), discarded)
    expect(answers).to.deep.equal(answers.map(() => ({ outcome: 'not_retriable' })))
    expect((await world.stores.queries.list({}, { limit: 10, offset: 0 })).total).to.equal(4)
  })

  promise('answers a batch in its own order, repeated ones included', async (world) => {
    const first = await world.failed({ definitionKey: 'work' })
    const second = await world.failed()
    const ids = [second.jobId, world.newId(), first.jobId, second.jobId]
    const retries = ids.map((jobId) => ({ jobId, newJobId: world.newId(), maxAttempts: null }))
    expect(await world.stores.jobs.retry(retries, world.now)).to.deep.equal([
      RETRIED,
      { outcome: 'not_retriable' },
      RETRIED,
      { outcome: 'already_retried', jobId: retries[0]?.newJobId },
    ])
    expect(await world.stores.jobs.retry([], world.now)).to.deep.equal([])
  })

  promise('is told by a dead letter and a job that lists show', async (world) => {
    const { jobId, letterId } = await world.failed()
    await world.retry(jobId)
    const [newJobId] = await world.stores.queries.jobIds({ statuses: ['queued'] }, { limit: 1 })
    expect((await world.stores.queries.deadLetter(letterId))?.retriedJobId).to.equal(newJobId)
  })

  if (!concurrentClaims) return

  promise('has one winner when operators race, and the others learn its job', async (world) => {
    for (let round = 0; round < 40; round++) {
      const { jobId } = await world.failed()
      const ids = Array.from({ length: 4 }, () => world.newId())
      const answers = await Promise.all(
        ids.map((newJobId) => world.stores.jobs.retry([{ jobId, newJobId, maxAttempts: null }], world.now)),
      )
      const winners = ids.filter((_, index) => answers[index]?.[0]?.outcome === 'retried')
      expect(winners).to.have.length(1)
      const others = answers.flat().filter(({ outcome }) => outcome !== 'retried')
      expect(others).to.deep.equal(Array(3).fill({ outcome: 'already_retried', jobId: winners[0] }))
      await world.stores.jobs.requestCancel(winners, world.now, world.newId)
    }
  })

  promise('survives batches that race in opposite orders', async (world) => {
    const letters = []
    for (let n = 0; n < 30; n++) letters.push(await world.failed())
    const ids = letters.map(({ jobId }) => jobId)
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => world.retry(...(n % 2 === 0 ? ids : [...ids].reverse()))),
    )
    expect(answers.flat().filter(({ outcome }) => outcome === 'retried')).to.have.length(30)
    const { total } = await world.stores.queries.list({ statuses: ['queued'] }, { limit: 1, offset: 0 })
    expect(total).to.equal(30)
  })
}
