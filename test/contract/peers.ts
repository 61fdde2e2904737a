import { expect } from './expect.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { outcomeOf } from '../support/factories.js'
import { TTL_MS, WORK, type Case } from './world.js'

/** What two processes on one database may rely on; each `Stores` stands for one. */
export function peersContract(promise: Case, peer: () => Promise<Stores>): void {
  promise('see at once what the other has committed', async (world) => {
    const other = await peer()
    await world.publish({})
    const [id = ''] = await world.insert({ params: { n: 1 } })
    expect((await other.queries.get(id))?.job).to.deep.equal(await world.job(id))
    expect(await other.definitions.list()).to.deep.equal(await world.stores.definitions.list())
  })

  promise('never claim one job twice', async (world) => {
    const sides = [world.stores, await peer()]
    await world.publish({})
    const ids = await world.insert(...Array.from({ length: 400 }, () => ({})))
    const claimed = await Promise.all(
      sides.map(async (stores) => {
        const incarnation = await world.worker()
        const mine: string[] = []
        for (;;) {
          const { jobs } = await world.ask(incarnation, 11, [WORK], stores)
          if (jobs.length === 0) return mine
          mine.push(...jobs.map((job) => job.id))
        }
      }),
    )
    expect(claimed.flat()).to.have.length(400)
    expect(new Set(claimed.flat())).to.deep.equal(new Set(ids))
  })

  promise('keep one concurrency limit together', async (world) => {
    const sides = [world.stores, await peer()]
    await world.publish({ concurrencyLimit: 2 })
    await world.insert(...Array.from({ length: 40 }, () => ({})))
    const claimers = await Promise.all(Array.from({ length: 6 }, () => world.worker()))
    let done = 0
    while (done < 40) {
      const answers = await Promise.all(
        claimers.map((incarnation, n) => world.ask(incarnation, 2, [WORK], sides[n % 2] ?? world.stores)),
      )
      const jobs = answers.flatMap((answer) => answer.jobs)
      expect(jobs.length).to.be.within(1, 2)
      await world.succeed(...jobs)
      done += jobs.length
    }
  })

  promise(
    'stop claims of both with a pause, which outlives a publication, until it is resumed',
    async (world) => {
      const other = await peer()
      await world.publish({})
      await world.insert({}, {})
      const incarnation = await world.worker()
      expect(await other.definitions.setPaused('work', true)).to.equal(1)
      await world.publish({})
      for (const stores of [world.stores, other, await peer()])
        expect((await world.ask(incarnation, 1, [WORK], stores)).jobs).to.have.length(0)
      await other.definitions.setPaused('work', false)
      for (const stores of [world.stores, other])
        expect((await world.ask(incarnation, 1, [WORK], stores)).jobs).to.have.length(1)
    },
  )

  promise('make one new job of a retry that both ask for', async (world) => {
    const sides = [world.stores, await peer()]
    for (let round = 0; round < 20; round++) {
      const { jobId } = await world.failed()
      const ids = [world.newId(), world.newId()]
      const answers = await Promise.all(
        sides.map((stores, side) =>
          stores.jobs.retry([{ jobId, newJobId: ids[side] ?? '', maxAttempts: null }], world.now),
        ),
      )
      const winner = answers.findIndex(([answer]) => answer?.outcome === 'retried')
      expect(answers[1 - winner]).to.deep.equal([{ outcome: 'already_retried', jobId: ids[winner] }])
      await world.stores.jobs.requestCancel(ids, world.now, world.newId)
    }
  })

  promise('make one job of racing inserts with one key', async (world) => {
    const sides = [world.stores, await peer()]
    const idempotency = { key: 'race', version: 0, bodyHash: 'body' }
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, n) =>
        (sides[n % 2] ?? world.stores).jobs.insert([world.newJob({ idempotency })]),
      ),
    )
    const outcomes = answers.flat().map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'inserted')).to.have.length(1)
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).to.have.length(31)
  })

  promise('never lead at once, nor fail when there was no leader before', async (world) => {
    const other = await peer()
    for (let round = 0; round < 40; round++) {
      world.expireLeases()
      // Often enough for the first time: then there is nothing yet that one could wait for.
      const name = round < 30 ? `new ${round}` : 'l'
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          (n % 2 === 0 ? world.stores : other).leaders.acquire({ name, holder: world.newId() }, TTL_MS),
        ),
      )
      const terms = answers.flatMap((leadership) => leadership?.term ?? [])
      expect(terms).to.deep.equal([round < 30 ? 1 : round - 29])
    }
  })

  promise('have one winner of two settles', async (world) => {
    const other = await peer()
    for (let round = 0; round < 10; round++) {
      const job = await world.running()
      const settle = (stores: Stores): Promise<readonly string[]> =>
        stores.jobs.settle([{ lease: job.lease, outcome: outcomeOf.succeeded(job) }], world.now)
      const answers = await Promise.all([settle(world.stores), settle(other)])
      expect(answers.flat().sort()).to.deep.equal(['applied', 'lease_lost'])
    }
  })
}
