import Sqlite from 'better-sqlite3'
import { expect } from 'chai'
import { join } from 'node:path'
import { openPostgresStores } from '../../src/adapters/postgres/postgres-stores.js'
import { openSqliteStores } from '../../src/adapters/sqlite/sqlite-stores.js'
import { silentLogger } from '../../src/application/ports/logger.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { buildOnce, type RoleProcess } from '../e2e/support/role-process.js'
import { Workplace } from '../e2e/support/workplace.js'
import { aSchedule } from '../support/factories.js'
import { uuid } from '../support/ids.js'
import { checkInvariants } from '../support/invariants.js'
import { createDatabase, execute } from '../support/postgres-databases.js'
import { untilPasses } from '../support/until.js'

type Query = (sql: string) => Promise<readonly Record<string, unknown>[]>

/** `LEADER_KILLS=100` for the long version. */
const KILLS = Number(process.env['LEADER_KILLS'] ?? 1)
const LEASE_MS = 2_000
const SCHEDULES = 50
const SCHEDULERS = 3

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function number(query: Query, sql: string): Promise<number> {
  const [row] = await query(sql)
  return Number(row?.['n'])
}

/** Three schedulers, fifty schedules each second, and leaders that are killed or stopped as they fire. */
async function failOver(
  place: Workplace,
  env: Readonly<Record<string, string>>,
  query: Query,
  open: () => Promise<Stores>,
  othersMayWrite: () => boolean = () => true,
): Promise<void> {
  const start = () => place.run('scheduler', { ...env, LEADER_LEASE_SECONDS: String(LEASE_MS / 1_000) })
  const schedulers = Array.from({ length: SCHEDULERS }, start)
  await Promise.all(schedulers.map((scheduler) => scheduler.ready()))
  const stores = await open()
  const createdAt = stores.clock.now()
  const firstSlot = new Date(Math.ceil((createdAt.getTime() + 1) / 1_000) * 1_000)
  await stores.schedules.create(
    Array.from({ length: SCHEDULES }, (_, n) =>
      aSchedule({
        ...{ id: uuid(n + 1), name: `${n}`, definitionKey: 'echo', everySeconds: 1 },
        ...{ createdAt, decidedUntil: createdAt, nextRunAt: firstSlot },
      }),
    ),
  )
  await stores.close()

  const term = (): Promise<number> =>
    number(query, `select term as n from leaders where name = 'scheduler' and holder is not null`)
  const fired = (): Promise<number> => number(query, 'select count(*) as n from schedule_ticks')
  const leader = async (): Promise<[RoleProcess, number]> => {
    let found: RoleProcess | undefined
    let leads = 0
    await untilPasses(async () => {
      leads = await term()
      const line = new RegExp(`"message":"leads"[^\\n]*"term":${leads}\\b`)
      found = schedulers.find(({ stdout }) => line.test(stdout))
      expect(found).not.to.equal(undefined)
    })
    return [found!, leads]
  }
  const firesOn = async (): Promise<void> => {
    const before = await fired()
    await untilPasses(async () => expect(await fired()).to.be.above(before))
  }
  const nextTick = (): Promise<void> => sleep(1_000 - (Date.now() % 1_000) + Math.random() * 100 - 50)

  const takeOversMs: number[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    const [old, oldTerm] = await leader()
    await firesOn()
    await nextTick()
    await old.kill()
    const killedAt = performance.now()
    schedulers[schedulers.indexOf(old)] = start()
    await untilPasses(async () => expect(await term()).to.be.above(oldTerm))
    takeOversMs.push(performance.now() - killedAt)
  }

  let [stopped, oldTerm] = await leader()
  for (;;) {
    await firesOn()
    await nextTick()
    stopped.signal('SIGSTOP')
    if (othersMayWrite()) break
    stopped.signal('SIGCONT')
    ;[stopped, oldTerm] = await leader()
  }
  await sleep(2 * LEASE_MS)
  // Stopped inside a transaction, it holds its term until the database ends that one, after ten seconds.
  await untilPasses(async () => expect(await term()).to.be.above(oldTerm))
  stopped.signal('SIGCONT')
  await stopped.prints(new RegExp(`"message":"leads no longer"[^\\n]*"term":${oldTerm}\\b`))
  await firesOn()
  await firesOn()
  await Promise.all(schedulers.map((scheduler) => scheduler.stop()))

  const ticks = await query(
    'select schedule_id, count(*) as ticks, min(slot) as first, max(slot) as last from schedule_ticks group by schedule_id',
  )
  expect(ticks).to.have.length(SCHEDULES)
  let slots = 0
  for (const { ticks: written, first, last } of ticks) {
    expect(new Date(first as number)).to.deep.equal(firstSlot)
    const expected = (new Date(last as number).getTime() - firstSlot.getTime()) / 1_000 + 1
    expect(Number(written), 'missing').to.equal(expected)
    slots += expected
  }
  expect(await number(query, `select count(*) as n from schedule_ticks where outcome <> 'fired'`)).to.equal(0)
  expect(await number(query, 'select count(*) as n from jobs where schedule_id is not null')).to.equal(slots)
  expect(await number(query, 'select count(distinct job_id) as n from schedule_ticks')).to.equal(slots)
  await checkInvariants(query)
  const sorted = takeOversMs.sort((a, b) => a - b)
  if (KILLS > 10) {
    const share = (part: number): number => Math.round(sorted[Math.ceil(sorted.length * part) - 1] ?? 0)
    console.log(
      `      ${KILLS} kills, ${slots} slots: take-over p50 ${share(0.5)} ms, p99 ${share(0.99)} ms, most ${share(1)} ms`,
    )
  }
}

describe('schedulers', function () {
  this.timeout(60_000 + KILLS * 20_000)
  let place: Workplace
  before(buildOnce)
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  if (storesWanted().has('postgres'))
    it('on PostgreSQL: fire each slot once, whichever leader is killed or sleeps through its lease', async () => {
      const database = await createDatabase()
      try {
        const { url } = database
        const pool = { max: 4, idleTimeoutMs: 1_000, connectionTimeoutMs: 5_000 }
        const open = () => openPostgresStores({ url, pool, logger: silentLogger })
        await failOver(place, { DATABASE_URL: url }, (sql) => execute(url, sql), open)
      } finally {
        await place.close()
        await database.drop()
      }
    })

  if (storesWanted().has('sqlite'))
    it('on one SQLite file: fire each slot once, whichever leader is killed or sleeps through its lease', async () => {
      const path = join(place.path, 'data', 'jobs.db')
      const query: Query = (sql) => {
        const database = new Sqlite(path, { readonly: true, timeout: 5_000 })
        try {
          return Promise.resolve(database.prepare(sql).all() as Record<string, unknown>[])
        } finally {
          database.close()
        }
      }
      // Who is stopped in the middle of a transaction keeps a SQLite file for as long as it is: nobody can take over then.
      const othersMayWrite = (): boolean => {
        const database = new Sqlite(path, { timeout: 1_000 })
        try {
          database.exec('begin immediate; rollback')
          return true
        } catch {
          return false
        } finally {
          database.close()
        }
      }
      await failOver(place, {}, query, () => openSqliteStores({ path, logger: silentLogger }), othersMayWrite)
    })
})
