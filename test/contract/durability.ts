import { expect } from './expect.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { WORK, type Case, type World } from './world.js'

export function durabilityContract(promise: Case, reopen: () => Promise<Stores>): void {
  const reopened = async (world: World): Promise<void> => {
    world.stores = await reopen()
  }

  promise(
    'finds every job as it was acknowledged, with its events, attempts and dead letter',
    async (world) => {
      const failed = await world.failed({ params: { $ref: [1, { b: null }] }, priority: 3 }, 'no more')
      const cancelled = await world.running()
      await world.stores.jobs.requestCancel([cancelled.id], world.now, world.newId)
      const [queued] = await world.insert({ runAt: world.clock.in(60_000) })
      const ids = [failed.jobId, cancelled.id, queued ?? '']
      const before = await Promise.all(ids.map((id) => world.everythingOf(id)))
      await reopened(world)
      expect(await Promise.all(ids.map((id) => world.everythingOf(id)))).to.deep.equal(before)
      const letter = await world.stores.queries.deadLetter(failed.letterId)
      expect(letter?.deadLetter).to.include({ jobId: failed.jobId })
    },
  )

  promise('still knows who holds what: leases go on, and tokens of earlier runs stay void', async (world) => {
    const job = await world.running()
    await reopened(world)
    expect(await world.stores.jobs.held(job.lease.incarnation)).to.deep.equal([job])
    const stale = { ...job, lease: { ...job.lease, run: job.run + 1 } }
    expect(await world.succeed(stale)).to.deep.equal(['lease_lost'])
    expect(await world.succeed(job)).to.deep.equal(['applied'])
    await reopened(world)
    expect(await world.succeed(job)).to.deep.equal(['lease_lost'])
    expect((await world.job(job.id)).status).to.equal('succeeded')
  })

  promise('still knows its definitions, pauses and idempotency keys', async (world) => {
    await world.publish({}, { key: 'other', concurrencyLimit: 2 })
    await world.stores.definitions.setPaused('work', true)
    const key = { idempotency: { key: 'k', version: 0, bodyHash: 'body' } }
    const [id] = await world.insert(key)
    const definitions = await world.stores.definitions.list()
    await reopened(world)
    expect(await world.stores.definitions.list()).to.deep.equal(definitions)
    const [again] = await world.stores.jobs.insert([world.newJob(key)])
    expect(again).to.deep.include({ outcome: 'duplicate', job: await world.job(id) })
    expect(await world.claim(await world.worker(), 1, [WORK])).to.deep.equal([])
  })
}
