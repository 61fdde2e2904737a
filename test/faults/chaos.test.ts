import { expect } from 'chai'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { JobRegistry } from '../../src/application/job-registry.js'
import { silentLogger } from '../../src/application/ports/logger.js'
import { PublishDefinitions } from '../../src/application/publish-definitions.js'
import { StorageUnavailableError } from '../../src/domain/errors.js'
import { PermanentError, SnoozeError } from '../../src/domain/handler-signals.js'
import { newJob, type NewJob } from '../../src/domain/job.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { aRequest } from '../support/factories.js'
import { checkInvariants } from '../support/invariants.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'
import { untilPasses } from '../support/until.js'
import { openNode, type InProcessNode } from './support/in-process-node.js'

const LEASE_MS = 3_000
const CHAOS_MS = 12_000
const LIMIT = 2

type Ask = 'succeed' | 'fail once' | 'fail' | 'snooze once' | 'report' | 'wait'
const ASKS: readonly Ask[] = ['succeed', 'fail once', 'fail', 'snooze once', 'report', 'wait', 'succeed']

/** Definitions whose handlers do what their params ask for; `wait` goes on until its signal says stop. */
function chaosRegistry(): JobRegistry {
  const registry = new JobRegistry()
  for (const [key, concurrencyLimit] of [
    ['chaos.free', 0],
    ['chaos.limited', LIMIT],
  ] as const) {
    registry.register<{ ask: Ask }>({
      key,
      version: 1,
      concurrencyLimit,
      run: async ({ ask }, ctx) => {
        await sleep(Math.random() * 30)
        if (ask === 'fail') throw new PermanentError('asked to fail')
        if (ask === 'fail once' && ctx.run === 1) throw new Error('once')
        if (ask === 'snooze once' && ctx.run === 1) throw new SnoozeError(0.1)
        if (ask === 'report') {
          await ctx.emitEvent('half', { at: 1 })
          await ctx.progress(50)
        }
        if (ask === 'wait') await sleep(60_000, undefined, { signal: ctx.abortSignal })
        return ask
      },
    })
  }
  return registry
}

if (storesWanted().has('postgres')) {
  describe('chaos', function () {
    this.timeout(90_000)
    let database: Database
    let admin: pg.Client
    let nodes: InProcessNode[]
    let caller: InProcessNode
    const stray: unknown[] = []
    const note = (error: unknown): void => void stray.push(error)

    beforeEach(async () => {
      database = await createDatabase()
      admin = new pg.Client({ connectionString: database.url })
      await admin.connect()
      const registry = chaosRegistry()
      const options = { registry, leaseMs: LEASE_MS, logger: silentLogger }
      const names = ['first', 'second', 'third']
      nodes = await Promise.all(names.map((name) => openNode(database.url, name, options)))
      caller = await openNode(database.url, 'caller', options)
      const { definitions, notifier } = caller.stores
      await new PublishDefinitions(registry, definitions, notifier, () => null).execute()
      process.on('unhandledRejection', note)
    })
    afterEach(async () => {
      process.off('unhandledRejection', note)
      // The one that vanished too: its loops would keep this process alive.
      await Promise.all([...nodes, caller].map((node) => node.stop()))
      await admin.end()
      await database.drop()
    })

    /** Repeats what a database that is away refuses, as any client would. */
    async function persistently<T>(call: () => Promise<T>): Promise<T> {
      for (;;) {
        try {
          return await call()
        } catch (error) {
          if (!(error instanceof StorageUnavailableError)) throw error
          await sleep(20)
        }
      }
    }

    function aJob(n: number, now: Date): NewJob {
      const key = `chaos ${n}`
      return newJob(
        aRequest({
          definitionKey: n % 3 === 0 ? 'chaos.limited' : 'chaos.free',
          params: { ask: ASKS[n % ASKS.length] ?? 'succeed' },
          maxAttempts: 50,
          priority: n % 4,
          idempotency: { key, version: 1, bodyHash: key },
        }),
        uuidv7(),
        now,
      )
    }

    /** Posts jobs until the time is over, each until it is acknowledged, and asks for the end of those that wait for it. */
    async function postAndCancel(deadline: number): Promise<string[]> {
      const { jobs, clock } = caller.stores
      const ids: string[] = []
      for (let n = 0; performance.now() < deadline; n += 1) {
        const batch = Array.from({ length: 5 }, (_, k) => aJob(n * 5 + k, clock.now()))
        const answers = await persistently(() => jobs.insert(batch))
        const kept = answers.map((answer) => {
          if (answer.outcome === 'inserted' || answer.outcome === 'duplicate') return answer.job
          throw new Error(`a job was refused: ${JSON.stringify(answer)}`)
        })
        ids.push(...kept.map(({ id }) => id))
        await sleep(40)
        const waiting = kept.filter(({ params }) => params['ask'] === 'wait').map(({ id }) => id)
        await persistently(() => jobs.requestCancel(waiting, clock.now(), uuidv7))
      }
      return ids
    }

    /** Ends connections several times a second: now one that is at work, if there is any, now whichever. */
    async function cutConnections(deadline: number): Promise<number> {
      let cut = 0
      for (let n = 0; performance.now() < deadline; n += 1) {
        const first = n % 3 === 0 ? 'random()' : "state = 'idle', random()"
        const { rowCount } = await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() order by ${first} limit 1`)
        cut += rowCount ?? 0
        await sleep(20 + Math.random() * 80)
      }
      return cut
    }

    it('of cut connections loses no job, strands none, and keeps every invariant', async () => {
      for (const node of nodes) node.start()
      const deadline = performance.now() + CHAOS_MS
      let mostLimited = 0
      const sample = async (): Promise<void> => {
        while (performance.now() < deadline) {
          const { rows } = await admin.query<{ n: string }>(
            "select count(*) as n from jobs where definition_key = 'chaos.limited' and worker is not null",
          )
          mostLimited = Math.max(mostLimited, Number(rows[0]?.n))
          await sleep(10)
        }
      }
      // One worker goes away without a word in the middle of it all.
      const vanish = sleep(CHAOS_MS / 2).then(() => nodes[2]?.stores.close())
      const [ids, cut] = await Promise.all([
        postAndCancel(deadline),
        cutConnections(deadline),
        sample(),
        vanish,
      ])
      expect(cut, 'cut connections').to.be.above(20)

      const query = async (sql: string) => (await admin.query<Record<string, unknown>>(sql)).rows
      await untilPasses(async () => {
        const left = await query('select * from jobs')
        expect(left.length, JSON.stringify(left.slice(0, 3))).to.equal(0)
      }, 30_000)
      const finished = await query('select id, status, attempts, max_attempts, params from finished_jobs')
      expect(finished.map(({ id }) => id).sort()).to.deep.equal([...ids].sort())
      for (const { status, params } of finished) {
        const { ask } = params as { ask: Ask }
        const wanted = ask === 'fail' ? 'failed' : ask === 'wait' ? 'cancelled' : 'succeeded'
        expect(status, ask).to.equal(wanted)
      }
      expect(mostLimited, 'limited jobs at once').to.be.within(1, LIMIT)
      await checkInvariants(query)
      expect(stray).to.deep.equal([])
    })
  })
}
