import { expect } from 'chai'
import pg from 'pg'
import { ClaimContention } from '../../../src/adapters/postgres/claim-contention.js'
import { HOT_SETTINGS, type Run } from '../../../src/adapters/postgres/postgres-db.js'
import { PostgresJobStore } from '../../../src/adapters/postgres/postgres-job-store.js'
import { newJob, type ActiveJob } from '../../../src/domain/job.js'
import { decideOutcome } from '../../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry-policy.js'
import type { RunResult } from '../../../src/domain/run-result.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { addDefinitionsAndWorkers } from '../../support/claim-tables.js'
import { aRequest, NOON } from '../../support/factories.js'
import { sequentialIds } from '../../support/ids.js'
import { createDatabase, type Database } from '../../support/postgres-databases.js'

const LARGE = 128
const WORKERS = ['00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-0000000000bb'] as const

const after = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1_000)

describe('ClaimContention', () => {
  it('lets nobody wait for a turn but who claims many of a long queue', () => {
    const contention = new ClaimContention()
    expect(contention.takesTurn(500, NOON)).to.equal(false)
    contention.learn(500, false)
    expect(contention.takesTurn(500, NOON)).to.equal(true)
    expect(contention.takesTurn(LARGE - 1, NOON)).to.equal(false)
    contention.learn(LARGE - 1, false)
    expect(contention.takesTurn(500, NOON)).to.equal(false)
    contention.learn(0, true)
    expect(contention.takesTurn(500, NOON)).to.equal(true)
  })

  it('lets nobody wait for a turn for longer than half a second', () => {
    const contention = new ClaimContention()
    contention.learn(500, false)
    contention.refused(NOON)
    contention.refused(after(0.3))
    expect(contention.takesTurn(500, after(0.4))).to.equal(true)
    expect(contention.takesTurn(500, after(0.5))).to.equal(false)
    expect(contention.takesTurn(500, after(-60))).to.equal(false)
    contention.learn(500, false)
    contention.refused(after(0.6))
    expect(contention.takesTurn(500, after(1))).to.equal(true)
  })
})

if (storesWanted().has('postgres')) {
  describe('claims of several processes at once', () => {
    let database: Database
    let clients: readonly pg.Client[]
    let stores: readonly PostgresJobStore[]
    let ids: readonly string[]
    const newId = sequentialIds()
    const at = { now: NOON, random: 0.5, policy: DEFAULT_RETRY_POLICY, newId }

    beforeEach(async () => {
      database = await createDatabase()
      await addDefinitionsAndWorkers(database.url, { one: 0, other: 0 }, WORKERS)
      clients = WORKERS.map(() => new pg.Client({ connectionString: database.url }))
      for (const client of clients) {
        await client.connect()
        // Nobody is to wait for a lock here.
        await client.query(`${HOT_SETTINGS}; set lock_timeout = 500`)
      }
      stores = clients.map((client) => {
        const query: Run = async (statement, values) =>
          (await client.query<Record<string, unknown>>({ ...statement, values: [...values] })).rows
        return new PostgresJobStore({ query, transaction: (work) => work(query) }, () => 0)
      })
      ids = await enqueue(6 * LARGE, 'one')
    })
    afterEach(async () => {
      await Promise.all(clients.map((client) => client.end()))
      await database.drop()
    })

    async function enqueue(count: number, key: string): Promise<readonly string[]> {
      const jobs = Array.from({ length: count }, () =>
        newJob(aRequest({ definitionKey: key }), newId(), NOON),
      )
      await stores[0]?.insert(jobs)
      return jobs.map(({ id }) => id)
    }

    async function claim(worker: 0 | 1, limit: number, seconds = 0, key = 'one') {
      const definitions = [{ key, version: 1 }]
      const request = { incarnation: WORKERS[worker], limit, now: after(seconds), definitions }
      return (stores[worker] as PostgresJobStore).claim(request)
    }

    async function settle(jobs: readonly ActiveJob[], result: RunResult) {
      const settlements = jobs.map((job) => ({
        lease: job.lease,
        outcome: decideOutcome(job, result, at),
      }))
      return stores[0]?.settle(settlements, NOON)
    }

    const tell = (worker: 0 | 1, sql: string) => (clients[worker] as pg.Client).query(sql)
    const idsOf = (jobs: readonly ActiveJob[]): readonly string[] => jobs.map(({ id }) => id)

    /** Both have seen that the queue is long; afterwards the first has a claim that has not ended. */
    async function anOpenClaim(): Promise<void> {
      await claim(0, LARGE)
      await claim(1, LARGE)
      await tell(0, 'begin')
      expect((await claim(0, LARGE)).jobs).to.have.length(LARGE)
    }

    it('have their turns, one after the other, when they are large', async () => {
      await anOpenClaim()
      expect(await claim(1, LARGE)).to.deep.equal({ jobs: [], contended: true, nextDueAt: null })
      await tell(0, 'commit')
      expect(idsOf((await claim(1, LARGE)).jobs)).to.deep.equal(ids.slice(3 * LARGE, 4 * LARGE))
    })

    it('wait for no turn when they are small, or for other definitions', async () => {
      await enqueue(2 * LARGE, 'other')
      await anOpenClaim()
      expect((await claim(1, LARGE - 1)).jobs).to.have.length(LARGE - 1)
      expect((await claim(1, LARGE, 0, 'other')).jobs).to.have.length(LARGE)
      expect((await claim(1, LARGE, 0, 'other')).jobs).to.have.length(LARGE)
    })

    it('do not wait for one that hangs', async () => {
      await anOpenClaim()
      await claim(1, LARGE)
      expect((await claim(1, LARGE, 0.4)).jobs).to.have.length(0)
      expect(idsOf((await claim(1, LARGE, 0.5)).jobs)).to.deep.equal(ids.slice(3 * LARGE, 4 * LARGE))
    })

    it('lock nothing that another has taken since they began', async () => {
      await claim(1, 10)
      await tell(1, 'begin isolation level repeatable read')
      await tell(1, 'select 1')
      const { jobs: taken } = await claim(0, 10)
      const { jobs } = await claim(1, 10, 0.1)
      expect(idsOf(jobs)).to.deep.equal(ids.slice(20, 30))
      expect(await settle(taken, { kind: 'succeeded', result: null })).to.deep.equal(
        taken.map(() => 'applied'),
      )
    })

    it('say of what they found whether others hold more of it', async () => {
      await enqueue(8, 'other')
      await tell(0, 'begin')
      expect((await claim(0, 5, 0, 'other')).jobs).to.have.length(5)
      const beside = await claim(1, 10, 0, 'other')
      expect(beside.jobs).to.have.length(3)
      expect(beside.contended).to.equal(true)
      await tell(0, 'commit')
      await enqueue(3, 'other')
      const alone = await claim(1, 10, 2, 'other')
      expect(alone.jobs).to.have.length(3)
      expect(alone.contended).to.equal(false)
      await enqueue(4, 'other')
      const full = await claim(1, 3, 4, 'other')
      expect(full.jobs).to.have.length(3)
      expect(full.contended).to.equal(false)
    })

    it('find at once what a worker has given back', async () => {
      await claim(1, 10)
      const { jobs: held } = await claim(0, 10)
      await settle(held, { kind: 'interrupted' })
      expect(idsOf((await claim(1, 10, 0.1)).jobs)).to.deep.equal(ids.slice(10, 20))
    })

    it('find at once what a claim has left that failed, or only had locked', async () => {
      await claim(1, 10)
      await tell(0, 'begin')
      await claim(0, 10)
      await tell(0, 'rollback')
      await tell(0, 'begin')
      await tell(0, `select 1 from jobs where id = '${ids[20] as string}' for update`)
      await tell(0, 'commit')
      expect(idsOf((await claim(1, 15, 0.1)).jobs)).to.deep.equal(ids.slice(10, 25))
    })
  })
}
