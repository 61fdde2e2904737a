import { expect } from 'chai'
import type { Knex } from 'knex'
import pg from 'pg'
import { insertJobs } from '../../../src/adapters/postgres/insert-jobs.js'
import { PostgresHistoryStore } from '../../../src/adapters/postgres/postgres-history-store.js'
import { postgresReader } from '../../../src/adapters/postgres/postgres-reader.js'
import {
  HOT_SETTINGS,
  PostgresDb,
  SETTINGS,
  type Db,
  type Statement,
} from '../../../src/adapters/postgres/postgres-db.js'
import { Outages } from '../../../src/adapters/postgres/outages.js'
import { retryJobs } from '../../../src/adapters/postgres/retry-jobs.js'
import type { SqlReader } from '../../../src/adapters/sql/dialect.js'
import { SqlJobQueries } from '../../../src/adapters/sql/sql-job-queries.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import { newJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aRequest, NOON } from '../../support/factories.js'
import { sequentialIds, uuid } from '../../support/ids.js'
import { createDatabase, execute, type Database } from '../../support/postgres-databases.js'

const FINISHED = 40_000
const BATCH = 20
const TABLES = [
  'finished_jobs',
  'idempotency_keys',
  'job_events',
  'job_attempts',
  'job_retries',
  'dead_letters',
]
const FILL = `
  insert into finished_jobs (id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts,
    run, crashes, interruptions, result, idempotency_key, queued_at, started_at, finished_at)
  select gen_random_uuid(), case when n % 10 = 0 then 'encode.video' else 'work' end, 1,
    case when n % 100 = 0 then 'failed' when n % 50 = 1 then 'cancelled' else 'succeeded' end, 0, now(),
    jsonb_build_object('inputPath', 'uploads/' || n), 3, 1, 1, 0, 0, jsonb_build_object('outputPath', 'outputs/o' || n),
    'key ' || n, now(), now(), now() - make_interval(secs => n)
  from generate_series(1, ${FINISHED}) n;
  insert into dead_letters (id, job_id, definition_key, definition_version, reason, moved_at)
    select id, id, definition_key, 1, 'permanent', now() from finished_jobs where status = 'failed';
  insert into idempotency_keys select definition_key, 0, idempotency_key, id, 'h' from finished_jobs;
  insert into job_events select id, v, 'succeeded', now(), 1, '{}' from finished_jobs cross join generate_series(1, 3) v;
  insert into job_attempts (job_id, run, attempt, started_at, ended_at, outcome)
    select id, 1, 1, now(), now(), 'error' from finished_jobs;
  insert into job_retries select id, gen_random_uuid() from finished_jobs where status = 'succeeded'`
/** Pages of what has been there and gone, of which statistics know no row. */
const PASSED = `${TABLES.map((table) => `delete from ${table};`).join(' ')} analyze ${TABLES.join(', ')}; ${FILL}`
const LEADERSHIP = { name: 'scheduler', holder: uuid(1), term: 1 }

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Node[]
}

/** What a plan read, table by table, and how. */
function readsOf(plan: Node): { table: string; how: string; index: string; rows: number }[] {
  const below = (plan.Plans ?? []).flatMap(readsOf)
  const { 'Node Type': how, 'Index Name': index = '', 'Relation Name': table = '' } = plan
  if (!how.includes('Scan') || (table === '' && index === '')) return below
  const rows =
    ((plan['Actual Rows'] ?? 0) + (plan['Rows Removed by Filter'] ?? 0)) * (plan['Actual Loops'] ?? 0)
  return [...below, { table, how, index, rows }]
}

if (storesWanted().has('postgres')) {
  describe('plans of what finished jobs are looked up by, on PostgreSQL', function () {
    this.timeout(120_000)
    let database: Database

    before(async () => {
      database = await createDatabase()
      await execute(
        database.url,
        `${TABLES.map((table) => `alter table ${table} set (autovacuum_enabled = false);`).join(' ')}
         insert into leaders values ('${LEADERSHIP.name}', '${LEADERSHIP.holder}', 1, now() + interval '1 hour'); ${FILL}`,
      )
    })
    after(() => database.drop())

    /** What some work reads, on a connection of its own with such settings; nothing that it does is kept. */
    async function reads(settings: string, work: (query: Db['query']) => Promise<unknown>) {
      const plans: Node[] = []
      const client = new pg.Client({ connectionString: database.url })
      client.on('notice', ({ message }) => {
        const json = message?.split('plan:\n')[1]
        if (json !== undefined) plans.push((JSON.parse(json) as { Plan: Node }).Plan)
      })
      await client.connect()
      await client.query(`${settings}; load 'auto_explain'; set client_min_messages = log; set auto_explain.log_min_duration = 0;
        set auto_explain.log_analyze = on; set auto_explain.log_timing = off; set auto_explain.log_format = json`)
      try {
        await client.query('begin')
        await work(async ({ name, text }: Statement, values) => {
          const named = name === undefined ? {} : { name }
          return (await client.query<Record<string, unknown>>({ ...named, text, values: [...values] })).rows
        })
        await client.query('rollback')
      } finally {
        await client.end()
      }
      return plans.flatMap(readsOf)
    }

    for (const [belief, beforehand, settings] of [
      ['never analysed', '', ''],
      ['with a generic plan', '', '; set plan_cache_mode = force_generic_plan'],
      ['analysed', 'analyze', ''],
      ['analysed while empty of what had passed through', PASSED, ''],
    ] as const)
      describe(`for writes, ${belief}`, () => {
        before(async () => {
          if (beforehand !== '') await execute(database.url, beforehand)
        })

        /** Each row through an index, and no more of them than the batch explains. */
        async function readsOfBatch(work: (db: Db) => Promise<unknown>) {
          const all = await reads(HOT_SETTINGS + settings, (query) =>
            work({ query, transaction: (inside) => inside(query) }),
          )
          const own = all.filter(({ table }) => table !== 'leaders')
          expect(own.map(({ how }) => how)).not.to.include('Seq Scan')
          for (const { table, index, rows } of own) expect(rows, `${table} ${index}`).to.be.at.most(BATCH * 5)
          return own
        }

        it('a batch of retention is found and removed along indexes', async () => {
          const instant = new Date(Date.now() - 1_000_000)
          const endedBefore = { succeeded: instant, failed: instant, cancelled: instant }
          const own = await readsOfBatch(async (db) => {
            const store = new PostgresHistoryStore(db, null as never)
            const answer = await store.prune({ leadership: LEADERSHIP, endedBefore, limit: BATCH })
            expect(answer).to.deep.equal({ outcome: 'pruned', jobs: BATCH })
          })
          expect(own.map(({ index }) => index)).to.include('finished_jobs_retention')
        })

        it('keys of new jobs and their holders are looked up along an index', async () => {
          const newId = sequentialIds()
          const jobs = Array.from({ length: BATCH }, (_, n) => {
            const key = n % 2 === 0 ? `key ${n + 1}` : `new ${n}`
            return newJob(aRequest({ idempotency: { key, version: 0, bodyHash: 'h' } }), newId(), NOON)
          })
          await readsOfBatch((db) => insertJobs(db, jobs))
        })

        it('jobs that are retried are looked up along indexes', async () => {
          const newId = sequentialIds()
          const ended = await execute(
            database.url,
            `select id from finished_jobs where status <> 'succeeded' order by id limit ${BATCH}`,
          )
          const retries = ended.map(({ id }) => ({
            jobId: id as string,
            newJobId: newId(),
            maxAttempts: null,
          }))
          await readsOfBatch(async (db) => {
            const answers = await retryJobs(db, retries, NOON)
            expect(answers.map(({ outcome }) => outcome)).to.deep.equal(retries.map(() => 'retried'))
          })
        })
      })

    /** The reader of the queries, on a connection that plans as those that read. */
    async function readsOfReader(ask: (reader: SqlReader) => Promise<unknown>) {
      const pool = { max: 1, idleTimeoutMs: 1_000, connectionTimeoutMs: 1_000 }
      const db = new PostgresDb(database.url, pool, new Outages(() => undefined), silentLogger)
      try {
        return await reads(SETTINGS, (query) =>
          ask({
            ...postgresReader(db),
            rows: (built) => {
              const { sql, bindings } = (built as Knex.Raw).toSQL().toNative()
              // How many match is counted up to a bound, in whatever order is the quickest.
              return sql.startsWith('select count') ? Promise.resolve([]) : query({ text: sql }, bindings)
            },
          }),
        )
      } finally {
        await db.close()
      }
    }

    for (const statuses of [['succeeded'], ['failed'], ['cancelled', 'failed'], undefined] as const)
      it(`a page of ${statuses?.join(' and ') ?? 'all'} is read along the index in whose order it comes`, async () => {
        const filter = statuses === undefined ? {} : { statuses }
        const page = { limit: 20, offset: 0 }
        const rows = (await readsOfReader((reader) => new SqlJobQueries(reader).list(filter, page))).filter(
          ({ table }) => table === 'finished_jobs',
        )
        expect(rows).not.to.deep.equal([])
        for (const read of rows) {
          expect(read.how).to.equal('Index Scan')
          expect(read.index).to.be.oneOf(['finished_jobs_status', 'finished_jobs_pkey'])
          expect(read.rows).to.be.at.most(21)
        }
      })

    it('the names of files are looked up along the indexes of names', async () => {
      const names = Array.from({ length: BATCH }, (_, n) => (n % 2 === 0 ? `${n}0` : `o${n}0`))
      const all = await readsOfReader((reader) =>
        new PostgresHistoryStore({} as never, reader).namedFiles(names),
      )
      const finished = all.filter(
        ({ table, index }) => table === 'finished_jobs' || index.startsWith('finished'),
      )
      expect(finished.map(({ index }) => index)).to.include.members([
        'finished_jobs_file_1',
        'finished_jobs_file_2',
      ])
      expect(finished.map(({ how }) => how)).not.to.include('Seq Scan')
    })
  })
}
