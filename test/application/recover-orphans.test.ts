import { expect } from 'chai'
import { RecoverOrphans } from '../../src/application/recover-orphans.js'
import { DELIVERY } from '../../src/domain/delivery.js'
import type { ActiveJob } from '../../src/domain/job.js'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'
import { World } from '../contract/world.js'
import { memoryHarness } from '../support/memory-harness.js'
import { hintsOf, recordingLogger } from '../support/recording.js'

const EPOCH = new Date(0)

describe('RecoverOrphans', () => {
  let world: World
  let recover: RecoverOrphans
  let lines: string[]
  /** Happens when orphans were read, before any is settled. */
  let read: () => Promise<unknown>

  beforeEach(async () => {
    world = new World()
    await world.open(memoryHarness())
    await world.publish({})
    const logger = recordingLogger()
    lines = logger.lines
    const { jobs, workers, notifier } = world.stores
    read = () => Promise.resolve()
    const store = Object.assign(Object.create(jobs) as typeof jobs, {
      orphans: async (...args: Parameters<typeof jobs.orphans>) => {
        const orphans = await jobs.orphans(...args)
        await read()
        return orphans
      },
    })
    recover = new RecoverOrphans(
      store,
      workers,
      notifier,
      world.clock,
      () => 0.5,
      world.newId,
      DEFAULT_RETRY_POLICY,
      logger,
    )
  })

  async function claimed(...requests: { maxAttempts?: number }[]): Promise<readonly ActiveJob[]> {
    await world.insert(...requests)
    return world.claim(await world.worker(), requests.length)
  }

  it('takes nothing from the living, nor from those who may still renew in time', async () => {
    const [job] = await claimed({})
    expect(await recover.execute(EPOCH)).to.equal(0)
    expect(await world.job(job?.id)).to.deep.equal(job)
    expect(lines).to.deep.equal([])
  })

  it('queues the jobs of the dead again, tries one too many times no more, cancels what was to be cancelled', async () => {
    const jobs = await claimed({}, { maxAttempts: 1 }, {})
    const [retried = '', exhausted = '', asked = ''] = jobs.map(({ id }) => id)
    await world.stores.jobs.requestCancel([asked], world.now, world.newId)
    const hints = hintsOf(world.stores.notifier)
    world.expireLeases()
    expect(await recover.execute(EPOCH)).to.equal(3)
    expect(await world.statuses([retried, exhausted, asked])).to.deep.equal(['queued', 'failed', 'cancelled'])
    expect((await world.eventTypes(retried)).at(-1)).to.equal('lease_lost')
    expect(await world.eventTypes(exhausted)).to.include('moved_to_dlq')
    expect(hints).to.deep.equal([['work']])
    expect(lines.filter((line) => line.startsWith('warn'))).to.have.length(2)
  })

  it('cancels a job whose end is asked for while it is being recovered', async () => {
    const jobs = await claimed({}, { maxAttempts: 1 }, {})
    const [asked = '', last = '', other = ''] = jobs.map(({ id }) => id)
    world.expireLeases()
    read = () => world.stores.jobs.requestCancel([asked, last], world.now, world.newId)
    expect(await recover.execute(EPOCH)).to.equal(3)
    expect(await world.statuses([asked, last, other])).to.deep.equal(['cancelled', 'cancelled', 'queued'])
    expect((await world.eventTypes(asked)).at(-1)).to.equal('cancelled')
  })

  it('hints at the callbacks of what it has ended', async () => {
    const callback = { url: 'https://example.com/', events: ['failed' as const] }
    await world.insert({ maxAttempts: 1, callback })
    await world.claim(await world.worker(), 1)
    const hints = hintsOf(world.stores.notifier)
    world.expireLeases()
    await recover.execute(EPOCH)
    expect(hints).to.deep.equal([['work', DELIVERY.key]])
  })

  it('ends a job in a crash loop when it has lost three workers in a row', async () => {
    await world.insert({ maxAttempts: 9 })
    for (let loss = 0; loss < 3; loss++) {
      world.clock.advance(10_000)
      await world.claim(await world.worker())
      world.expireLeases()
      await recover.execute(EPOCH)
    }
    const [record] = (await world.stores.queries.list({}, { limit: 1, offset: 0 })).jobs
    expect(record?.job).to.include({ status: 'failed', attempts: 3 })
    expect(await world.stores.queries.deadLetterOf(record?.job.id ?? '')).to.include({ reason: 'crash_loop' })
  })

  it('gives attempts back when the database was away as the lease ran out', async () => {
    const [job] = await claimed({ maxAttempts: 1 })
    world.expireLeases()
    expect(await recover.execute(new Date(8.64e15))).to.equal(1)
    expect(await world.job(job?.id)).to.include({
      status: 'queued',
      attempts: 0,
      interruptions: 1,
      crashes: 0,
    })
  })

  it('goes on until all are recovered, and two recoverers share the work', async () => {
    await world.insert(...Array.from({ length: 1_200 }, () => ({})))
    await world.claim(await world.worker(), 1_200)
    world.expireLeases()
    const counts = await Promise.all([recover.execute(EPOCH), recover.execute(EPOCH)])
    expect(counts[0] + counts[1]).to.equal(1_200)
    const { total } = await world.stores.queries.list({ statuses: ['queued'] }, { limit: 1, offset: 0 })
    expect(total).to.equal(1_200)
  })
})
