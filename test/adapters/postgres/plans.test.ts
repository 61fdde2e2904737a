import { expect } from 'chai'
import pg from 'pg'
import { HOT_SETTINGS, type Db, type Statement } from '../../../src/adapters/postgres/postgres-db.js'
import { PostgresJobStore } from '../../../src/adapters/postgres/postgres-job-store.js'
import type { JobStore } from '../../../src/application/ports/job-store.js'
import { newJob, type ActiveJob, type NewJob } from '../../../src/domain/job.js'
import { decideOutcome } from '../../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry-policy.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { addDefinitionsAndWorkers } from '../../support/claim-tables.js'
import { aRequest } from '../../support/factories.js'
import { sequentialIds } from '../../support/ids.js'
import { createDatabase, execute, type Database } from '../../support/postgres-databases.js'

const QUEUED = 30_000
const BATCH = 20
const NOW = new Date('2026-01-01T00:00:00.000Z')
const WORKER = '00000000-0000-7000-8000-0000000000aa'

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Join Filter'?: number
  /** Of all loops together; PostgreSQL tells it from version 18 on. */
  readonly 'Index Searches'?: number
  readonly Plans?: readonly Node[]
}

/** Rows that the plan read from `jobs`, and the ways in which it read them. */
function readsOfJobs(plan: Node): { rows: number; how: string[] } {
  const below = (plan.Plans ?? []).map(readsOfJobs)
  const own = plan['Relation Name'] === 'jobs' && plan['Node Type'].includes('Scan') ? plan : null
  const loops = own?.['Actual Loops'] ?? 0
  const rows = ((own?.['Actual Rows'] ?? 0) + (own?.['Rows Removed by Filter'] ?? 0)) * loops
  return {
    rows: below.reduce((sum, child) => sum + child.rows, rows),
    how: [...(own === null ? [] : [own['Node Type']]), ...below.flatMap(({ how }) => how)],
  }
}

/** Pairs that nested loops looked at in vain: two lists that are joined have as many as their product. */
function vainPairs(plan: Node): number {
  const own = (plan['Rows Removed by Join Filter'] ?? 0) * (plan['Actual Loops'] ?? 0)
  return (plan.Plans ?? []).reduce((sum, child) => sum + vainPairs(child), own)
}

/** Descents into indexes: one that is walked by its last column is descended into for each value of those before it, and each page. */
function indexSearches(plan: Node): number {
  return (plan.Plans ?? []).reduce((sum, child) => sum + indexSearches(child), plan['Index Searches'] ?? 0)
}

/** One connection that tells the plan of everything it runs; nothing that it does is kept. */
class ExplainingConnection {
  readonly plans: Node[] = []

  private constructor(private readonly client: pg.Client) {}

  static async open(url: string, settings = ''): Promise<ExplainingConnection> {
    const client = new pg.Client({ connectionString: url })
    const connection = new ExplainingConnection(client)
    client.on('notice', ({ message }) => {
      const json = message?.split('plan:\n')[1]
      if (json !== undefined) connection.plans.push((JSON.parse(json) as { Plan: Node }).Plan)
    })
    await client.connect()
    await client.query(HOT_SETTINGS)
    await client.query(`load 'auto_explain'; set client_min_messages = log; set auto_explain.log_min_duration = 0;
      set auto_explain.log_analyze = on; set auto_explain.log_timing = off; set auto_explain.log_format = json; ${settings}`)
    return connection
  }

  /** @param walked entries of jobs that are gone, as every claim is told that it has walked over. */
  store(walked: number): JobStore {
    const query: Db['query'] = async ({ name, text }: Statement, values) => {
      const { rows } = await this.client.query<Record<string, unknown>>({
        ...(name === undefined ? {} : { name }),
        text,
        values: [...values],
      })
      return rows.map((row) => ('walked' in row ? { ...row, walked } : row))
    }
    return new PostgresJobStore({ query, transaction: (work) => work(query) }, () => 0)
  }

  async undone(work: () => Promise<void>): Promise<void> {
    await this.client.query('begin')
    try {
      await work()
    } finally {
      await this.client.query('rollback')
    }
  }

  close(): Promise<void> {
    return this.client.end()
  }
}

/** What the planner may believe while the table is full of queued jobs. */
const STATISTICS: Record<string, { before?: string; passed?: string; after?: string; settings?: string }> = {
  'never analysed': {},
  'analysed while the table was empty': { before: 'vacuum analyze jobs' },
  'analysed while it was empty of what had passed through it': { passed: 'analyze jobs' },
  'a generic plan, analysed while it was empty of what had passed through it': {
    passed: 'analyze jobs',
    settings: 'set plan_cache_mode = force_generic_plan',
  },
  'analysed while everything was queued': { after: 'vacuum analyze jobs' },
  'a generic plan from the first call': { settings: 'set plan_cache_mode = force_generic_plan' },
  'a generic plan, analysed while everything was queued': {
    after: 'vacuum analyze jobs',
    settings: 'set plan_cache_mode = force_generic_plan',
  },
}

const QUEUE = `insert into jobs (id, definition_key, definition_version, priority, run_at, params, max_attempts, queued_at, event_seq)
  select gen_random_uuid(), case when n % 10 = 0 then 'limited' else 'free' end, 1, n % 5,
    timestamptz '${NOW.toISOString()}' + make_interval(secs => (n % 7) * 600 - 1200), '{}', 3, now(), 1
  from generate_series(1, ${QUEUED}) n`

const MANY = Array.from({ length: 40 }, (_, n) => `many.${n}`)
/** Each with a limit of its own. */
const LIMITED = Array.from({ length: 40 }, (_, n) => `limited.${n}`)
const QUEUES = `insert into jobs (id, definition_key, definition_version, priority, run_at, params, max_attempts, queued_at, event_seq)
  select gen_random_uuid(), key, 1, n % 3, timestamptz '${NOW.toISOString()}' - make_interval(secs => n), '{}', 3, now(), 1
  from unnest($1::text[]) key, generate_series(1, 100) n`

type Step = 'insert' | 'claim' | 'append' | 'settle' | 'cancel'

if (storesWanted().has('postgres')) {
  describe('plans of the hot statements', function () {
    this.timeout(120_000)
    for (const [belief, statistics] of Object.entries(STATISTICS)) {
      const { before: beforehand = '', passed = '', after: afterwards = '', settings = '' } = statistics

      describe(`with ${belief}`, () => {
        let database: Database
        let connection: ExplainingConnection
        /** Claims look at queues from the beginning, or from their heads on. */
        let stores: readonly JobStore[]
        let newId: () => string
        let now: Date

        const jobs = (count: number, key: string): NewJob[] =>
          Array.from({ length: count }, () =>
            newJob({ ...aRequest(), definitionKey: key, definitionVersion: 1, runAt: null }, newId(), NOW),
          )
        const claim = async (
          store: JobStore,
          definitions: readonly string[],
        ): Promise<readonly ActiveJob[]> => {
          const refs = definitions.map((key) => ({ key, version: 1 }))
          return (await store.claim({ incarnation: WORKER, limit: BATCH, now, definitions: refs })).jobs
        }

        before(async () => {
          newId = sequentialIds()
          now = NOW
          database = await createDatabase()
          await execute(database.url, 'alter table jobs set (autovacuum_enabled = false)')
          if (beforehand !== '') await execute(database.url, beforehand)
          connection = await ExplainingConnection.open(database.url, settings)
          stores = [connection.store(0), connection.store(10_000)]
          const many = Object.fromEntries([...MANY.map((key) => [key, 0]), ...LIMITED.map((key) => [key, 3])])
          await addDefinitionsAndWorkers(database.url, { free: 0, limited: 5, idle: 0, ...many }, [WORKER])
          if (passed !== '') {
            await execute(database.url, `${QUEUE}; delete from jobs`)
            await execute(database.url, passed)
          }
          // Prepared while the table is small, as a server that starts on an empty database does it.
          for (const store of stores)
            for (let call = 0; call < 8; call += 1) await lifeOfABatch(store, () => undefined)
          await execute(database.url, QUEUE)
          await execute(database.url, QUEUES, [[...MANY, ...LIMITED]])
          if (afterwards !== '') await execute(database.url, afterwards)
        })
        after(async () => {
          await connection.close()
          await database.drop()
        })

        /** Inserts, claims and settles one batch, and undoes it; tells what each step read. */
        async function lifeOfABatch(
          store: JobStore,
          tell: (step: Step, reads: { rows: number; how: string[]; vain: number; searches: number }) => void,
        ): Promise<void> {
          // What is undone leaves traces in the rows that it had taken; claims look at such rows once a second.
          now = new Date(now.getTime() + 1_000)
          await connection.undone(async () => {
            const step = async <T>(name: Step, work: () => Promise<T>): Promise<T> => {
              connection.plans.length = 0
              const result = await work()
              const reads = connection.plans.map(readsOfJobs)
              tell(name, {
                rows: reads.reduce((sum, { rows }) => sum + rows, 0),
                how: reads.flatMap(({ how }) => how),
                vain: connection.plans.reduce((sum, plan) => sum + vainPairs(plan), 0),
                searches: connection.plans.reduce((sum, plan) => sum + indexSearches(plan), 0),
              })
              return result
            }
            const waiting = await step('insert', () => store.insert(jobs(BATCH, 'free')))
            const active = await step('claim', () => claim(store, ['free', 'limited', 'idle']))
            expect(active).to.have.length(BATCH)
            const events = active.map(({ lease }) => ({ lease, type: 'seen', payload: {} }))
            await step('append', () => store.appendEvents(events, NOW))
            const settlements = active.map((job, index) => ({
              lease: job.lease,
              outcome: decideOutcome(
                job,
                index % 2 === 0 ? { kind: 'succeeded', result: null } : { kind: 'error', message: 'no' },
                { now: NOW, random: 0.5, policy: DEFAULT_RETRY_POLICY, newId },
              ),
            }))
            const answers = await step('settle', () => store.settle(settlements, NOW))
            expect(answers).to.deep.equal(settlements.map(() => 'applied'))
            const ids = waiting.flatMap((answer) => (answer.outcome === 'inserted' ? [answer.job.id] : []))
            await step('cancel', () => store.requestCancel(ids, NOW, newId))
          })
        }

        /** Claims of these definitions and undoes it, several times from each beginning; tells how many rows each claim read. */
        async function claimAgain(
          keys: readonly string[],
          tell: (call: number, rows: number) => void,
        ): Promise<void> {
          for (const store of stores)
            for (let call = 0; call < 4; call += 1) {
              now = new Date(now.getTime() + 1_000)
              await connection.undone(async () => {
                connection.plans.length = 0
                expect(await claim(store, keys)).to.have.length(BATCH)
                const reads = connection.plans.map(readsOfJobs)
                expect(reads.flatMap(({ how }) => how)).not.to.include('Seq Scan')
                tell(
                  call,
                  reads.reduce((sum, { rows }) => sum + rows, 0),
                )
              })
            }
        }

        it('read few jobs of each of many queues, as soon as one claim has seen them', async () => {
          await claimAgain(MANY, (call, rows) => {
            if (call > 0) expect(rows).to.be.at.most(BATCH * 30)
          })
        })

        it('claim of many limited definitions by three statements, however many they are', async () => {
          await claimAgain(LIMITED, (_call, rows) => {
            // The best of all, the gates, and what is claimed behind them.
            expect(connection.plans).to.have.length(3)
            expect(rows).to.be.at.most(BATCH * 30)
            const searches = connection.plans.reduce((sum, plan) => sum + indexSearches(plan), 0)
            expect(searches).to.be.at.most(LIMITED.length * 12)
          })
        })

        it('read rows by the batch, never by the table', async () => {
          for (let call = 0; call < 16; call += 1) {
            await lifeOfABatch(stores[call % 2] as JobStore, (name, { rows, how, vain, searches }) => {
              expect(how, name).not.to.include('Seq Scan')
              expect(rows, `rows that ${name} read`).to.be.at.most(BATCH * 30)
              expect(vain, `pairs that ${name} looked at in vain`).to.be.below((BATCH * (BATCH - 1)) / 2)
              expect(searches, `descents into indexes of ${name}`).to.be.at.most(BATCH * 3)
            })
          }
        })
      })
    }
  })
}
