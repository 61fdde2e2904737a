import { rmSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { CronerCalendar } from '../src/adapters/calendar/croner-calendar.js'
import { openPostgresStores } from '../src/adapters/postgres/postgres-stores.js'
import { migratePostgres } from '../src/adapters/postgres/postgres-migrate.js'
import { migrateSqlite, openSqliteStores } from '../src/adapters/sqlite/sqlite-stores.js'
import { CancelJobs } from '../src/application/cancel-jobs.js'
import { FireSchedules } from '../src/application/fire-schedules.js'
import { JobRegistry } from '../src/application/job-registry.js'
import { silentLogger } from '../src/application/ports/logger.js'
import type { Stores } from '../src/application/ports/stores.js'
import { aDefinition, aSchedule } from '../test/support/factories.js'
import { PostgresServer } from '../test/support/postgres-server.js'

/**
 * How long the leader takes to fire many schedules that are due in the same second, and what a second costs in which none is.
 *
 * `SCHEDULES=10000 STORES=postgres,sqlite npm run bench:schedules`
 */
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 10_000)
const STORES = (process.env['STORES'] ?? 'postgres,sqlite').split(',')
const IDLE_ROUNDS = 200
const BATCH = 500

async function measure(name: string, stores: Stores): Promise<void> {
  const { schedules, jobs, definitions, notifier, clock, leaders } = stores
  await definitions.publish([aDefinition()])
  const candidate = { name: 'scheduler', holder: uuidv7() }
  const leadership = await leaders.acquire(candidate, 3_600_000)
  if (leadership === null) throw new Error('somebody else leads')
  const fire = new FireSchedules(
    schedules,
    definitions,
    new JobRegistry(),
    new CronerCalendar(),
    new CancelJobs(jobs, notifier, uuidv7),
    notifier,
    clock,
    uuidv7,
    silentLogger,
  )
  // The last minute is over already: each schedule has one slot to fire, and the next one in a minute.
  const now = clock.now().getTime()
  const slot = new Date(Math.floor(now / 60_000) * 60_000)
  const decidedUntil = new Date(slot.getTime() - 1)
  for (let begin = 0; begin < SCHEDULES; begin += BATCH)
    await schedules.create(
      Array.from({ length: Math.min(BATCH, SCHEDULES - begin) }, (_, n) =>
        aSchedule({
          ...{
            id: uuidv7(),
            name: `schedule ${begin + n}`,
            params: { n: begin + n },
            decidedUntil,
            nextRunAt: slot,
          },
          ...((begin + n) % 2 === 0
            ? { cron: '* * * * *', everySeconds: null, timezone: 'Europe/Berlin' }
            : { overlap: 'skip' }),
        }),
      ),
    )
  const beganAt = performance.now()
  await fire.round(leadership)
  const firedMs = performance.now() - beganAt

  const cpu = process.cpuUsage()
  const idleAt = performance.now()
  for (let round = 0; round < IDLE_ROUNDS; round += 1) await fire.round(leadership)
  const idleMs = (performance.now() - idleAt) / IDLE_ROUNDS
  const { user, system } = process.cpuUsage(cpu)
  const cpuMs = (user + system) / 1_000 / IDLE_ROUNDS
  const { total } = await stores.queries.list({}, { limit: 1, offset: 0 })
  console.log(
    `${name}: ${SCHEDULES} schedules fired in ${firedMs.toFixed(0)} ms (${total} jobs counted); ` +
      `a round with none due takes ${idleMs.toFixed(2)} ms, ${cpuMs.toFixed(2)} ms of them here`,
  )
}

if (STORES.includes('postgres')) {
  const server = await PostgresServer.start([])
  const url = server.url('postgres')
  await migratePostgres(url)
  const pool = { max: 20, idleTimeoutMs: 10_000, connectionTimeoutMs: 5_000 }
  const stores = await openPostgresStores({ url, pool, logger: silentLogger })
  await measure('PostgreSQL', stores)
  await stores.close()
  await server.stop()
}
if (STORES.includes('sqlite')) {
  const folder = mkdtempSync(join(tmpdir(), 'job-server-bench-'))
  const path = join(folder, 'jobs.sqlite')
  await migrateSqlite(path)
  const stores = await openSqliteStores({ path, logger: silentLogger })
  await measure('SQLite', stores)
  await stores.close()
  rmSync(folder, { recursive: true })
}
