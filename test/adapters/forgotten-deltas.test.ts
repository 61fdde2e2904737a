import Database from 'better-sqlite3'
import { expect } from 'chai'
import type { Row } from '../../src/adapters/sql/dialect.js'
import { forgottenDeltas, postgresElapsed, sqliteElapsed } from '../../src/adapters/sql/job-deltas.js'
import { openPostgresStores } from '../../src/adapters/postgres/postgres-stores.js'
import { silentLogger } from '../../src/application/ports/logger.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { newJob } from '../../src/domain/job.js'
import { summaryOf } from '../../src/domain/metrics.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { aDefinition, aRequest, aWorker, outcomeOf } from '../support/factories.js'
import { sequentialIds } from '../support/ids.js'
import { INVARIANTS } from '../support/invariants.js'
import { createDatabase, execute } from '../support/postgres-databases.js'
import { TempDatabase } from './sqlite/temp-database.js'

const FIGURES = INVARIANTS.find(({ number }) => number === 'I22')?.sql ?? ''

/** Four jobs: two succeeded, one failed, one cancelled before it ran. */
async function finishSome({ definitions, workers, jobs }: Stores): Promise<void> {
  const newId = sequentialIds()
  const now = new Date()
  await definitions.publish([aDefinition()])
  await workers.register(aWorker(), 600_000)
  const answers = await jobs.insert([1, 2, 3, 4].map(() => newJob(aRequest(), newId(), now)))
  const request = { incarnation: aWorker().incarnation, now, definitions: [{ key: 'work', version: 1 }] }
  const { jobs: active } = await jobs.claim({ ...request, limit: 3 })
  const outcomes = active.map((job, index) =>
    index === 0 ? outcomeOf.dead(job, newId()) : outcomeOf.succeeded(job),
  )
  await jobs.settle(
    active.map(({ lease }, index) => ({ lease, outcome: outcomes[index]! })),
    now,
  )
  const ids = answers.map((answer) => ('job' in answer ? answer.job.id : ''))
  await jobs.requestCancel(ids, now, newId)
}

/** All but one success go; what finished in this hour stays told, and is summed up when its day is over. */
async function expectForgotten(
  stores: Stores,
  rows: (sql: string) => Promise<readonly Row[]>,
): Promise<void> {
  for (let fold = 0; fold < 2; fold += 1) {
    expect(await rows(FIGURES)).to.deep.equal([])
    const [figures, ...others] = await stores.metrics.definitions()
    expect(others).to.deep.equal([])
    expect(summaryOf([figures!])).to.include({ succeeded: 1, failed: 0, cancelled: 0, queued: 0 })
    expect(figures!.runs.count).to.equal(1)
    const [hour] = await stores.metrics.finished('hour', 2, new Date())
    expect([hour?.succeeded, hour?.failed]).to.deep.equal([2, 1])
    await stores.metrics.fold(new Date())
  }
  await stores.metrics.fold(new Date(Date.now() + 2 * 86_400_000))
  const [day] = await rows(`select sum(jobs) as jobs from job_figures where grain = 1440 and kind = 'run'`)
  expect(Number(day?.['jobs'])).to.equal(3)
}

const GONE = `id <> (select min(cast(id as text)) from finished_jobs where status = 'succeeded')`

describe('figures of jobs that are deleted', () => {
  if (storesWanted().has('postgres'))
    it('go with them in the same statement in PostgreSQL', async () => {
      const database = await createDatabase()
      const pool = { max: 4, idleTimeoutMs: 1_000, connectionTimeoutMs: 5_000 }
      const stores = await openPostgresStores({ url: database.url, pool, logger: silentLogger })
      try {
        await finishSome(stores)
        const where = GONE.replace('id <>', 'id::text <>')
        await execute(
          database.url,
          `with gone as (delete from finished_jobs where ${where} returning *) ${forgottenDeltas('gone', postgresElapsed)}`,
        )
        await expectForgotten(stores, (sql) => execute(database.url, sql))
      } finally {
        await stores.close()
        await database.drop()
      }
    })

  if (storesWanted().has('sqlite'))
    it('go with them in the same transaction in SQLite', async () => {
      const database = await new TempDatabase().migrated()
      const db = new Database(database.path)
      try {
        const stores = await database.open()
        await finishSome(stores)
        db.exec(`begin immediate;
          create temp table gone as select id from finished_jobs where ${GONE};
          ${forgottenDeltas('(select * from finished_jobs where id in (select id from gone))', sqliteElapsed)};
          delete from finished_jobs where id in (select id from gone);
          commit`)
        await expectForgotten(stores, (sql) => Promise.resolve(db.prepare(sql).all() as Row[]))
      } finally {
        db.close()
        await database.remove()
      }
    })
})
