import { expect } from 'chai'
import pg from 'pg'
import { Outages } from '../../../src/adapters/postgres/outages.js'
import { PostgresDb } from '../../../src/adapters/postgres/postgres-db.js'
import { postgresReader } from '../../../src/adapters/postgres/postgres-reader.js'
import type { SqlReader } from '../../../src/adapters/sql/dialect.js'
import { SqlLiveQueries } from '../../../src/adapters/sql/sql-live-queries.js'
import { SqlQueueQueries } from '../../../src/adapters/sql/sql-queue-queries.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import type { QueuedJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aNewJob } from '../../support/factories.js'
import { createDatabase, type Database } from '../../support/postgres-databases.js'

const QUEUED = 100_000
const TABLES = ['jobs', 'finished_jobs', 'job_events']
const NOW = new Date(Date.UTC(2026, 0, 1, 12))

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Node[]
}

/** Rows that were read of the big tables, and by which nodes. */
function readsOf(node: Node): { rows: number; how: string[] } {
  const inner = (node.Plans ?? []).map(readsOf)
  const mine = TABLES.includes(node['Relation Name'] ?? '')
    ? {
        rows: (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
        how: [node['Node Type']],
      }
    : { rows: 0, how: [] }
  return {
    rows: inner.reduce((sum, { rows }) => sum + rows, mine.rows),
    how: [...mine.how, ...inner.flatMap(({ how }) => how)],
  }
}

if (storesWanted().has('postgres'))
  describe('plans of what live clients and explanations ask', function () {
    this.timeout(120_000)
    let database: Database
    let db: PostgresDb
    let reads: { rows: number; how: string[] }[]
    let reader: SqlReader
    let ids: string[]
    let last: QueuedJob

    before(async () => {
      database = await createDatabase()
      const client = new pg.Client({ connectionString: database.url })
      await client.connect()
      for (const table of TABLES) await client.query(`alter table ${table} set (autovacuum_enabled = false)`)
      // A tenth is active; a tenth is not due yet, at a priority higher than all others.
      await client.query(
        `insert into jobs (id, definition_key, definition_version, priority, run_at, params, max_attempts, queued_at, event_seq, attempts,
           run, lease_token, worker, started_at)
         select gen_random_uuid(), 'work', 1, case when n % 10 = 0 then 9 else n % 5 end,
           $1::timestamptz + make_interval(secs => case when n % 10 = 0 then 60 else -n end), '{}', 3, $1, 1,
           a, a, nullif(a, 0), case a when 1 then gen_random_uuid() end, case a when 1 then $1::timestamptz end
         from generate_series(1, ${QUEUED}) n, lateral (select case when n % 1000 = 1 then 1 else 0 end as a) x`,
        [NOW],
      )
      await client.query(
        `insert into job_events (job_id, seq, type, at, payload)
         select id, seq, 'note', now(), '{}' from jobs, generate_series(1, 3) seq`,
      )
      await client.query(
        `insert into finished_jobs (id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts, run,
           crashes, interruptions, queued_at, started_at, finished_at)
         select gen_random_uuid(), 'work', 1, 'succeeded', 0, now(), '{}', 3, 1, 1, 0, 0, now(), now(), now() from generate_series(1, 50000)`,
      )
      ids = (await client.query<{ id: string }>('select id from jobs limit 1000')).rows.map(({ id }) => id)
      await client.end()
      const pool = { max: 1, idleTimeoutMs: 10_000, connectionTimeoutMs: 5_000 }
      db = new PostgresDb(database.url, pool, new Outages(() => undefined), silentLogger, { hot: true })
      const { idempotency: _idempotency, ...job } = aNewJob({ priority: -1 })
      last = { ...job, runAt: NOW }
      const plain = postgresReader(db)
      reader = {
        ...plain,
        rows: async (query) => {
          const [row] = await plain.rows(
            plain.knex.raw('explain (analyze, timing off, format json) ?', [query]),
          )
          reads.push(readsOf((row?.['QUERY PLAN'] as { Plan: Node }[])[0]!.Plan))
          return []
        },
      }
    })
    after(async () => {
      await db.close()
      await database.drop()
    })

    /** As an analysis leaves it that came when every row had gone; then as many came again. */
    async function emptyInStatistics(): Promise<void> {
      for (const table of TABLES) {
        await db.query({ text: `create temporary table kept as select * from ${table}` }, [])
        await db.query({ text: `delete from ${table}` }, [])
        await db.query({ text: `analyze ${table}` }, [])
        await db.query({ text: `insert into ${table} select * from kept` }, [])
        await db.query({ text: 'drop table kept' }, [])
      }
    }

    for (const statistics of ['never analysed', 'analysed', 'analysed while all had gone but pages'])
      it(`follow an index and stop early, ${statistics}`, async () => {
        if (statistics !== 'never analysed') await db.query({ text: 'analyze' }, [])
        if (statistics.endsWith('pages')) await emptyInStatistics()
        const [live, queue] = [new SqlLiveQueries(reader), new SqlQueueQueries(reader)]
        const work = { key: 'work', version: 1 }
        const asked: [what: string, maxRows: number, ask: () => Promise<unknown>][] = [
          ['heads', 1_000, () => live.heads(ids)],
          [
            'events',
            3_000,
            () =>
              live.eventsAfter(
                ids.map((jobId) => ({ jobId, after: 0 })),
                100,
              ),
          ],
          ['activity', 100, () => queue.activity()],
          ['holders', 100, () => queue.holders(work, 100)],
          // Of each of the five lower priorities, and of its own, at most as many as are counted.
          ['ahead', 6 * 1_000 + 20, () => queue.ahead(last, [work], NOW, 1_000)],
          ['recent', 50, () => queue.recentRunMs(work, 50)],
        ]
        for (const [what, maxRows, ask] of asked) {
          reads = []
          await ask()
          const rows = reads.reduce((sum, read) => sum + read.rows, 0)
          const how = reads.flatMap((read) => read.how)
          expect(how, what).to.not.include('Seq Scan')
          expect(rows, `rows that ${what} read`).to.be.within(1, maxRows)
        }
      })
  })
