import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { Recovery } from '../../../src/adapters/worker/recovery.js'
import { RecoverOrphans } from '../../../src/application/recover-orphans.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry-policy.js'
import { untilPasses } from '../../support/until.js'
import { WorkerWorld } from '../../support/worker-world.js'

const LEASE_MS = 30_000

describe('Recovery', () => {
  let world: WorkerWorld
  let since: Date
  let recovery: Recovery

  beforeEach(async () => {
    world = await WorkerWorld.open()
    await world.define({})
    since = world.now
    recovery = newRecovery(LEASE_MS)
  })

  function newRecovery(leaseMs: number): Recovery {
    const { jobs, workers, notifier } = world.stores
    const { clock, log, newId } = world
    const recover = new RecoverOrphans(
      jobs,
      workers,
      notifier,
      clock,
      () => 0.5,
      newId,
      DEFAULT_RETRY_POLICY,
      log,
    )
    return new Recovery(recover, clock, () => since, leaseMs, log)
  }

  it('waits until it has seen the database for a whole lease, then takes the jobs of the dead', async () => {
    await world.insert({})
    const [job] = await world.claim(await world.worker())
    world.expireLeases()
    world.clock.advance(LEASE_MS - 1)
    expect(await recovery.recover()).to.equal(LEASE_MS / 6)
    expect(await world.statusOf(job?.id)).to.equal('running')
    world.clock.advance(1)
    await recovery.recover()
    expect(await world.statusOf(job?.id)).to.equal('queued')
  })

  it('waits again after the database was away', async () => {
    await world.insert({})
    const [job] = await world.claim(await world.worker())
    world.clock.advance(LEASE_MS)
    since = world.now
    world.expireLeases()
    await recovery.recover()
    expect(await world.statusOf(job?.id)).to.equal('running')
  })

  it('waits again after a round that took long: the database stood still', async () => {
    await world.insert({})
    const [job] = await world.claim(await world.worker())
    world.clock.advance(LEASE_MS)
    const { workers } = world.stores
    const bury = workers.bury.bind(workers)
    workers.bury = () => (world.clock.advance(LEASE_MS / 2), Promise.resolve(0))
    await recovery.recover()
    workers.bury = bury
    world.expireLeases()
    world.clock.advance(LEASE_MS - 1)
    await recovery.recover()
    expect(await world.statusOf(job?.id)).to.equal('running')
    world.clock.advance(1)
    await recovery.recover()
    expect(await world.statusOf(job?.id)).to.equal('queued')
  })

  it('waits again after a sleep of the machine that the clock finds out about', async () => {
    await world.insert({})
    const [job] = await world.claim(await world.worker())
    world.clock.advance(LEASE_MS)
    world.expireLeases()
    // As the clocks of databases do: it is asked, and says that what was seen before says nothing.
    const now = world.clock.now.bind(world.clock)
    world.clock.now = () => (since = now())
    await recovery.recover()
    expect(await world.statusOf(job?.id)).to.equal('running')
  })

  it('waits again after it stood still itself, for its own worker could not renew its lease either', async () => {
    await world.insert({})
    const [job] = await world.claim(await world.worker())
    world.clock.advance(LEASE_MS)
    const { jobs } = world.stores
    const orphans = jobs.orphans.bind(jobs)
    let looks = 0
    jobs.orphans = (...args) => ((looks += 1), orphans(...args))
    const brief = newRecovery(60)
    brief.start()
    await untilPasses(() => expect(looks).to.be.above(0))
    // As after a breakpoint, or a handler that kept the event loop to itself.
    world.clock.advance(60)
    world.expireLeases()
    await sleep(60)
    expect(await world.statusOf(job?.id)).to.equal('running')
    await untilPasses(async () => {
      world.clock.advance(15)
      expect(await world.statusOf(job?.id)).to.equal('queued')
    })
    await brief.stop()
  })

  it('never throws', async () => {
    world.clock.advance(LEASE_MS)
    world.stores.workers.bury = () => Promise.reject(new StorageUnavailableError(new Error('no route')))
    expect(await recovery.recover()).to.equal(LEASE_MS / 6)
    expect(world.log.lines).to.deep.equal(['warn could not look for orphans'])
  })

  it('goes round by itself until it is stopped', async () => {
    recovery.start()
    await recovery.stop()
  })
})
