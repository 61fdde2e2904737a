import { createHash } from 'node:crypto'
import { expect } from 'chai'
import pg from 'pg'
import { openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import type { DeadLetterFilter, JobFilter } from '../../../src/application/ports/job-queries.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { jobSearch } from '../../../src/domain/job-search.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { createDatabase, execute, type Database } from '../../support/postgres-databases.js'

const FINISHED = 40_000
const QUEUED = 20_000
const START = Date.UTC(2026, 0, 1)
/** What a page of 20 may read at most: some pages of an index, never a tenth of a table. */
const MOST = 2_000

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
  readonly Plans?: readonly Node[]
}

function rowsRead(plan: Node, isCounted: (table: string) => boolean = () => true): number {
  const below = (plan.Plans ?? []).reduce((sum, child) => sum + rowsRead(child, isCounted), 0)
  const { 'Node Type': type, 'Relation Name': table } = plan
  if (!type.includes('Scan') || table === undefined || !isCounted(table)) return below
  return below + (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
}

const at = (second: number): Date => new Date(START + second * 1_000)

/** Filters of which a list reads about a page, and how many match. */
const JOB_FILTERS: Readonly<Record<string, readonly [JobFilter, number]>> = {
  'created after': [{ createdAfter: at(FINISHED + QUEUED - 50) }, 50],
  'created before': [{ createdBefore: at(50) }, 50],
  'created in the middle': [{ createdAfter: at(20_000), createdBefore: at(20_050) }, 50],
  'created among the queued': [{ createdAfter: at(50_000), createdBefore: at(50_050) }, 50],
  'the beginning of an id': [{ search: jobSearch('01900000-0000-01') }, 256],
  'a key': [{ search: jobSearch('key-17') }, 1],
  'words of an error': [{ search: jobSearch('rare 4711') }, 1],
  'words of a waiting retry': [{ search: jobSearch('rare 45001') }, 1],
  ids: [{ ids: ['01900000-0000-7000-8000-000000000000'] }, 0],
}

const LETTER_FILTERS: Readonly<Record<string, DeadLetterFilter>> = {
  all: {},
  'of a definition': { definitionKey: 'rare' },
}

if (storesWanted().has('postgres'))
  // These read with the planner's own choice, on the statistics that the database keeps up to date.
  describe('plans of the lists', function () {
    this.timeout(120_000)
    let database: Database
    let stores: Stores

    before(async () => {
      database = await createDatabase()
      const columns = `id, definition_key, definition_version, priority, run_at, params, max_attempts, attempts, run, crashes,
        interruptions, idempotency_key, error_summary, queued_at`
      const values = (
        key: string,
      ) => `('01900000-' || lpad(to_hex(n >> 16), 4, '0') || '-' || lpad(to_hex(n & 65535), 4, '0')
          || '-8000-' || substr(md5(n::text), 1, 12))::uuid,
        ${key}, 1, 0, '2026-01-01', '{}', 3, 0, 0, 0, 0, case when n % 100 = 17 then 'key-' || n end,
        case when n % 10 = 1 then 'common error rare ' || n end, timestamptz '2026-01-01Z' + n * interval '1 second'`
      // Three for each of some jobs, accepted at a time for which no filter asks.
      const deliveryOf = (n: string): string => `gen_random_uuid(), 'callback.deliver', 1, 0, '2026-01-01',
        jsonb_build_object('jobId', md5((${n} % 4000)::text)), 20, 0, 0, 0, 0, null, null, timestamptz '2026-01-01 08:20:00Z'`
      await execute(
        database.url,
        `insert into finished_jobs (${columns}, status, finished_at)
           select ${values("case when n % 1000 = 1 then 'rare' else 'work' end")}, case when n % 10 = 1 then 'failed' else 'succeeded' end, now()
           from generate_series(0, ${FINISHED - 1}) n;
         insert into jobs (${columns}, event_seq)
           select ${values("'work'")}, 1 from generate_series(${FINISHED}, ${FINISHED + QUEUED - 1}) n;
         insert into idempotency_keys
           select definition_key, 1, idempotency_key, id, '' from all_jobs where idempotency_key is not null;
         insert into dead_letters (id, job_id, definition_key, definition_version, reason, moved_at)
           select id, id, definition_key, 1, 'permanent', finished_at from finished_jobs where status = 'failed';
         insert into finished_jobs (${columns}, status, finished_at) select ${deliveryOf('n')}, 'succeeded', now() from generate_series(1, 9000) n;
         insert into jobs (${columns}, event_seq) select ${deliveryOf('n')}, 1 from generate_series(9001, 12000) n`,
      )
    })

    let plans: Node[] = []
    before(async () => {
      await execute(database.url, 'analyze')
      const url = new URL(database.url)
      const settings = ['session_preload_libraries=auto_explain', 'auto_explain.log_min_duration=0']
      settings.push('auto_explain.log_analyze=on', 'auto_explain.log_format=json', 'client_min_messages=log')
      settings.push('auto_explain.log_buffers=on')
      url.searchParams.set('options', settings.map((setting) => `-c ${setting}`).join(' '))
      const pool = { max: 4, idleTimeoutMs: 1_000, connectionTimeoutMs: 5_000 }
      stores = await openPostgresStores({ url: url.href, pool, logger: silentLogger })
    })
    after(async () => {
      await stores.close()
      await database.drop()
    })

    /** Notices of all connections, heard where the driver hands them out. */
    async function explained(work: () => Promise<unknown>): Promise<number> {
      plans = []
      const { emit } = pg.Client.prototype
      pg.Client.prototype.emit = function (this: pg.Client, event: string, ...args: unknown[]) {
        const { message = '' } = (args[0] ?? {}) as { message?: string }
        const json = event === 'notice' ? message.split('plan:\n')[1] : undefined
        if (json !== undefined) plans.push((JSON.parse(json) as { Plan: Node }).Plan)
        return emit.call(this, event as 'notice', ...(args as []))
      }
      try {
        await work()
      } finally {
        pg.Client.prototype.emit = emit
      }
      expect(plans, 'plans heard').to.not.have.length(0)
      return plans.reduce((sum, plan) => sum + rowsRead(plan), 0)
    }

    for (const [name, [filter, total]] of Object.entries(JOB_FILTERS))
      it(`read a page of jobs by ${name}, not the table`, async () => {
        const rows = await explained(async () => {
          const page = await stores.queries.list(filter, { limit: 20, offset: 0 })
          expect(page.total).to.equal(total)
          await stores.queries.jobIds(filter, { limit: 20 })
        })
        expect(rows).to.be.at.most(MOST)
      })

    it('read the deliveries of a job, not the table', async () => {
      const jobId = createHash('md5').update('7').digest('hex')
      const rows = await explained(async () => {
        expect(await stores.queries.deliveries(jobId)).to.have.length(3)
      })
      expect(rows).to.equal(3)
    })

    for (const [name, filter] of Object.entries(LETTER_FILTERS))
      it(`read a walk through dead letters, ${name}, not the table`, async () => {
        const rows = await explained(() => stores.queries.deadLetterIds(filter, { limit: 20 }))
        expect(rows).to.be.at.most(MOST)
      })

    const forgetStatistics = (): Promise<unknown> =>
      execute(
        database.url,
        `alter table jobs set (autovacuum_enabled = false); delete from pg_statistic where starelid = 'jobs'::regclass`,
      )

    for (const [key, most] of [
      // Counted once, up to 10,001, and walked as far as the page goes, beyond the 3,000 deliveries; fewer are sorted.
      ['work', 10_001 + 3_000 + 100],
      ['callback.deliver', 3 * 3_000],
    ] as const)
      it(`read the newest that wait for ${key} without statistics of a queue that has just filled`, async () => {
        await forgetStatistics()
        const rows = await explained(async () => {
          const filter: JobFilter = { definitionKey: key, statuses: ['queued'] }
          const page = await stores.queries.list(filter, { limit: 20, offset: 0 })
          expect(page.jobs.map(({ job }) => job.definitionKey)).to.deep.equal(Array<string>(20).fill(key))
        })
        expect(rows).to.be.at.most(most)
      })

    for (const [name, filter] of Object.entries({
      'a definition': { definitionKey: 'work' },
      'a status': { statuses: ['failed'] },
    } satisfies Record<string, JobFilter>))
      it(`read the newest ends of ${name}, and what follows them, not all others that have ended since`, async () => {
        await explained(async () => {
          const [last = ''] = (await stores.queries.jobIds(filter, { limit: 20 })).slice(-1)
          await stores.queries.jobIds(filter, { limit: 20, after: last })
        })
        const ends = plans.map((plan) => rowsRead(plan, (table) => table === 'finished_jobs'))
        expect(ends.filter((rows) => rows > 0)).to.deep.equal([20, 20])
      })

    it('read what is at work, not what waits, without statistics of a queue that has just filled', async () => {
      await forgetStatistics()
      const rows = await explained(async () => {
        const page = await stores.queries.list(
          { statuses: ['running', 'cancelling'] },
          { limit: 20, offset: 0 },
        )
        expect(page.total).to.equal(0)
        await stores.queries.jobIds({ statuses: ['running', 'cancelling'] }, { limit: 20 })
      })
      expect(rows).to.equal(0)
    })

    it('meet what has been at work once, not at each look until the table is cleaned', async () => {
      await execute(
        database.url,
        `update jobs set lease_token = 1, run = 1, attempts = 1, started_at = now(), worker = gen_random_uuid()
           where definition_key = 'work';
         delete from jobs where definition_key = 'work'`,
      )
      const look = async (): Promise<number> => {
        await explained(() => stores.queries.list({ definitionKey: 'work' }, { limit: 20, offset: 0 }))
        return plans.reduce((sum, plan) => sum + plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], 0)
      }
      const [first, second] = [await look(), await look()]
      expect(first).to.be.above(2_000)
      expect(second).to.be.below(1_500)
    })
  })
