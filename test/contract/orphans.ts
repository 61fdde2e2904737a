import { expect } from './expect.js'
import type { ActiveJob } from '../../src/domain/job.js'
import { outcomeOf } from '../support/factories.js'
import type { Case, World } from './world.js'

const EPOCH = new Date(0)

export function orphansContract(promise: Case): void {
  promise('are the active jobs of buried workers, as they stand', async (world) => {
    const [running, asked] = await twoRunning(world)
    await world.stores.jobs.requestCancel([asked.id], world.now, world.newId)
    world.expireLeases()
    await world.stores.workers.bury(10)
    const orphans = await world.stores.jobs.orphans(10, EPOCH)
    expect(byId(orphans.map(({ job }) => job))).to.deep.equal([running, { ...asked, status: 'cancelling' }])
    expect(orphans.every(({ interrupted }) => !interrupted)).to.equal(true)
  })

  promise('are never those of a worker that lives or may still renew', async (world) => {
    await twoRunning(world)
    expect(await world.stores.jobs.orphans(10, EPOCH)).to.deep.equal([])
    world.expireLeases()
    expect(await world.stores.jobs.orphans(10, EPOCH)).to.deep.equal([])
  })

  promise('are those of a worker that resigned with jobs', async (world) => {
    const [job] = await twoRunning(world)
    await world.stores.workers.resign(job.lease.incarnation)
    // Buried or not: a worker that went on purpose is no crash of its jobs.
    world.expireLeases()
    await world.stores.workers.bury(10)
    const orphans = await world.stores.jobs.orphans(10, world.now)
    expect(orphans.map(({ interrupted }) => interrupted)).to.deep.equal([true, true])
  })

  promise('leave the jobs of other workers alone', async (world) => {
    await twoRunning(world)
    world.expireLeases()
    const living = await world.worker()
    await world.insert({})
    const [spared] = await world.claim(living)
    await world.stores.workers.bury(10)
    const orphans = await world.stores.jobs.orphans(10, EPOCH)
    expect(orphans).to.have.length(2)
    expect(orphans.map(({ job }) => job.id)).not.to.include(spared?.id)
  })

  promise('come in bits, change nothing by being read, and are gone when settled', async (world) => {
    const [job] = await twoRunning(world)
    world.expireLeases()
    await world.stores.workers.bury(10)
    const before = await world.everythingOf(job.id)
    const [first] = await world.stores.jobs.orphans(1, EPOCH)
    expect(await world.stores.jobs.orphans(1, EPOCH)).to.have.length(1)
    expect(await world.everythingOf(job.id)).to.deep.equal(before)
    if (first === undefined) throw new Error('there is no orphan')
    expect(await world.settle(first.job, outcomeOf.requeued(first.job, world.now))).to.equal('applied')
    const [second, ...others] = await world.stores.jobs.orphans(10, EPOCH)
    expect(others).to.deep.equal([])
    expect(second?.job.id).not.to.equal(first.job.id)
  })

  promise('have one winner when the dead worker settles too', async (world) => {
    const [job] = await twoRunning(world)
    world.expireLeases()
    await world.stores.workers.bury(10)
    const orphan = (await world.stores.jobs.orphans(10, EPOCH)).find((each) => each.job.id === job.id)
    if (orphan === undefined) throw new Error('there is no orphan')
    expect(await world.settle(job, outcomeOf.succeeded(job, 'mine'))).to.equal('applied')
    expect(await world.settle(orphan.job, outcomeOf.requeued(orphan.job, world.now))).to.equal('lease_lost')
    expect(await world.job(job.id)).to.include({ status: 'succeeded', result: 'mine' })
  })

  promise(
    'were interrupted when their lease ended before the caller could see the database',
    async (world) => {
      await twoRunning(world)
      const [worker] = await world.stores.workers.list()
      if (worker === undefined) throw new Error('there is no worker')
      world.expireLeases()
      await world.stores.workers.bury(10)
      const seenSince = async (offsetMs: number): Promise<boolean[]> => {
        const since = new Date(worker.leaseExpiresAt.getTime() + offsetMs)
        return (await world.stores.jobs.orphans(10, since)).map(({ interrupted }) => interrupted)
      }
      expect(await seenSince(1)).to.deep.equal([true, true])
      expect(await seenSince(-1)).to.deep.equal([false, false])
    },
  )
}

async function twoRunning(world: World): Promise<[ActiveJob, ActiveJob]> {
  await world.publish({})
  await world.insert({}, {})
  return (await world.claim(await world.worker())) as [ActiveJob, ActiveJob]
}

function byId(jobs: readonly ActiveJob[]): ActiveJob[] {
  return [...jobs].sort((a, b) => (a.id < b.id ? -1 : 1))
}
