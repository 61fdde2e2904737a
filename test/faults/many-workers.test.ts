import Sqlite from 'better-sqlite3'
import { expect } from 'chai'
import { join } from 'node:path'
import pg from 'pg'
import { storesWanted } from '../contract/stores-wanted.js'
import { Workplace } from '../e2e/support/workplace.js'
import { untilPasses } from '../support/until.js'
import { checkInvariants } from '../support/invariants.js'
import { createDatabase } from '../support/postgres-databases.js'
import { Ledger } from './support/ledger.js'
import { postJobs } from './support/load.js'

type Query = (sql: string) => Promise<readonly Record<string, unknown>[]>

const COUNT_LIMITED =
  "select count(*) as n from jobs where definition_key = 'ledger.limited' and worker is not null"
const COUNT_LIVE = 'select count(*) as n from jobs'

async function number(query: Query, sql: string): Promise<number> {
  const [row] = await query(sql)
  return Number(row?.['n'])
}

/** Runs jobs through several worker processes and checks what they did in the database and by the handlers' own word. */
async function runThrough(
  place: Workplace,
  { env, workers, jobs, query }: { env: Record<string, string>; workers: number; jobs: number; query: Query },
): Promise<void> {
  const ledger = new Ledger(place.path)
  const api = await place.run('api', { ...env, ...ledger.env }).ready()
  await Promise.all(
    Array.from({ length: workers }, () => place.run('worker', { ...env, ...ledger.env }).ready()),
  )

  let mostRunning = 0
  let sampling = true
  const sampler = (async () => {
    while (sampling) {
      mostRunning = Math.max(mostRunning, await number(query, COUNT_LIMITED))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  const ids = await postJobs(
    api,
    Array.from({ length: jobs }, (_, n) => ({
      definitionKey: n % 5 === 0 ? 'ledger.limited' : 'ledger.free',
      params: { ms: n % 3 },
      priority: n % 4,
    })),
  )
  await untilPasses(async () => {
    expect(await number(query, COUNT_LIVE)).to.equal(0)
  }, 120_000)
  sampling = false
  await sampler

  const starts = ledger.entries().filter(({ what }) => what === 'start')
  expect(starts.map(({ jobId }) => jobId).sort()).to.deep.equal(ids.sort())
  expect(new Set(starts.map(({ worker }) => worker))).to.have.property('size', workers)
  expect(ledger.mostAtOnce('ledger.limited'), 'by the ledger').to.be.within(1, 3)
  expect(mostRunning, 'by the database').to.be.within(1, 3)
  expect(await number(query, "select count(*) as n from finished_jobs where status = 'succeeded'")).to.equal(
    jobs,
  )
  await checkInvariants(query)
}

describe('many workers', function () {
  this.timeout(180_000)
  let place: Workplace
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  if (storesWanted().has('postgres')) {
    it('on PostgreSQL: four processes run each of 5,000 jobs once and keep a limit of three', async () => {
      const database = await createDatabase()
      const client = new pg.Client({ connectionString: database.url })
      await client.connect()
      try {
        const query: Query = async (sql) => (await client.query<Record<string, unknown>>(sql)).rows
        await runThrough(place, { env: { DATABASE_URL: database.url }, workers: 4, jobs: 5_000, query })
      } finally {
        await client.end()
        await place.close()
        await database.drop()
      }
    })
  }

  if (storesWanted().has('sqlite')) {
    it('on one SQLite file: two processes run each of 2,000 jobs once and keep a limit of three', async () => {
      let database: Sqlite.Database | null = null
      const query: Query = (sql) => {
        database ??= new Sqlite(join(place.path, 'data', 'jobs.db'), { readonly: true, timeout: 5_000 })
        return Promise.resolve(database.prepare(sql).all() as Record<string, unknown>[])
      }
      await runThrough(place, { env: {}, workers: 2, jobs: 2_000, query })
    })
  }
})
