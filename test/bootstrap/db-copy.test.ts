import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { openPostgresStores } from '../../src/adapters/postgres/postgres-stores.js'
import { COPIED_TABLES, NOT_COPIED, WORKERS } from '../../src/adapters/sql/copy/copied-tables.js'
import { copyDatabase, type CopyTarget } from '../../src/adapters/sql/copy/copy-database.js'
import { openSqliteSource, openSqliteTarget } from '../../src/adapters/sqlite/sqlite-copy.js'
import { migrateSqlite, openSqliteStores } from '../../src/adapters/sqlite/sqlite-stores.js'
import { silentLogger } from '../../src/application/ports/logger.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { createJobServer } from '../../src/bootstrap/create-job-server.js'
import { jobSearch } from '../../src/domain/job-search.js'
import { jobServer, type Ended } from '../cli/terminal.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { World } from '../contract/world.js'
import { everyKind, type EveryKind } from '../support/every-kind.js'
import { checkInvariants } from '../support/invariants.js'
import { createDatabase, execute, type Database as TestDatabase } from '../support/postgres-databases.js'
import { freePort } from '../support/postgres-server.js'
import { checkSqliteFile } from '../support/sqlite-harness.js'
import { untilPasses } from '../support/until.js'

interface Counted {
  readonly table: string
  readonly rows: number
  readonly checksum: string
}

const pool = { max: 4, idleTimeoutMs: 1_000, connectionTimeoutMs: 2_000 }

/** The rows are of a day long ago. */
const FOR_EVER = { succeeded: 0, cancelled: 0, failed: 0 }

/** What PostgreSQL calls what the list of columns calls otherwise. */
const POSTGRES_TYPES: Readonly<Record<string, string>> = {
  real: 'double precision',
  json: 'jsonb',
  instant: 'timestamp with time zone',
}
const SQLITE_TYPES: Readonly<Record<string, string>> = {
  text: 'TEXT',
  uuid: 'TEXT',
  json: 'TEXT',
  real: 'REAL',
}

if (storesWanted().has('sqlite') && storesWanted().has('postgres'))
  describe('job-server db copy', function () {
    this.timeout(120_000)
    const folder = mkdtempSync(join(tmpdir(), 'job-server-copy-'))
    const file = (name: string): string => join(folder, `${name}.db`)
    const migrated = file('migrated')
    const full = file('full')
    const databases: TestDatabase[] = []
    let kinds: EveryKind
    before(async () => {
      await migrateSqlite(migrated)
      copyFileSync(migrated, full)
      kinds = await withWorld(full, everyKind)
      // Stopped without a word, as by a power cut.
      edit(full, 'update workers set lease_until = 1')
    })
    after(async () => {
      await Promise.all(databases.map((database) => database.drop()))
      rmSync(folder, { recursive: true, force: true })
    })

    const postgres = async (content?: 'empty'): Promise<string> => {
      const database = await createDatabase(content)
      databases.push(database)
      return database.url
    }
    const edit = (path: string, sql: string): void => {
      const db = new Database(path)
      db.exec(sql)
      db.close()
    }
    const withWorld = async <T>(path: string, use: (world: World) => Promise<T>): Promise<T> => {
      const world = new World()
      const stores = await openSqliteStores({ path, logger: silentLogger, clock: world.clock })
      return used(stores, world, use)
    }
    const inPostgres = async <T>(url: string, use: (world: World) => Promise<T>): Promise<T> => {
      const world = new World()
      return used(
        await openPostgresStores({ url, pool, logger: silentLogger, clock: world.clock }),
        world,
        use,
      )
    }
    const used = async <T>(stores: Stores, world: World, use: (world: World) => Promise<T>): Promise<T> => {
      world.stores = stores
      try {
        return await use(world)
      } finally {
        await stores.close()
      }
    }
    const copy = (from: string, to: string, ...more: string[]): Promise<Ended> =>
      jobServer(['-o', 'json', 'db', 'copy', '--from', from, '--to', to, ...more])
    const copied = async (from: string, to: string): Promise<readonly Counted[]> => {
      const { code, out, err } = await copy(from, to)
      expect(err).to.equal('')
      expect(code).to.equal(0)
      return (JSON.parse(out) as { tables: Counted[] }).tables
    }
    const isEmpty = (path: string): boolean => {
      const db = new Database(path, { readonly: true })
      try {
        return [...COPIED_TABLES, WORKERS].every(
          ({ name }) => db.prepare(`select 1 from ${name}`).get() === undefined,
        )
      } finally {
        db.close()
      }
    }

    it('brings every kind of row from SQLite to PostgreSQL and back again, the same on all three', async () => {
      const there = await postgres('empty')
      const back = file('back')
      const out = await copied(`sqlite:${full}`, there)
      expect(out.filter(({ rows }) => rows === 0)).to.deep.equal([])
      expect(out.map(({ table }) => table)).to.deep.equal(COPIED_TABLES.map(({ name }) => name))
      await checkInvariants((sql) => execute(there, sql))
      expect(await copied(there, `sqlite:${back}`)).to.deep.equal(out)
      await checkSqliteFile(back)

      const everything = async (world: World): Promise<unknown> => {
        const { queries, apiKeys, schedules, definitions, metrics } = world.stores
        const { jobs } = await queries.list({}, { limit: 100, offset: 0 })
        const ids = jobs.map(({ job }) => job.id)
        const found = await Promise.all(
          ['bank away', 'region', 'order 1'].map((q) =>
            queries.list({ search: jobSearch(q) }, { limit: 5, offset: 0 }),
          ),
        )
        expect(ids.length).to.be.greaterThan(10)
        expect(found.filter((page) => page.jobs.length === 0)).to.deep.equal([])
        return {
          jobs: await Promise.all(ids.map((id) => world.everythingOf(id))),
          found,
          logs: await queries.logs(kinds.succeeded, { after: 0, limit: 10 }),
          keys: await apiKeys.list(),
          schedules: await schedules.list({ limit: 10, offset: 0 }),
          ticks: await schedules.ticks(kinds.schedule, { limit: 10, before: null }),
          definitions: await definitions.list(),
          figures: await metrics.definitions(),
        }
      }
      const origin = await withWorld(full, everything)
      expect(await inPostgres(there, everything)).to.deep.equal(origin)
      expect(await withWorld(back, everything)).to.deep.equal(origin)
    })

    it('takes instants from before there was a standard time, in whatever zone it runs', async () => {
      const old = file('old')
      copyFileSync(full, old)
      const startsAt = Date.UTC(1800, 0, 1)
      edit(old, `update schedules set starts_at = ${startsAt}`)
      const there = await postgres('empty')
      const { TZ } = process.env
      try {
        process.env['TZ'] = 'Europe/Berlin'
        await copied(`sqlite:${old}`, there)
      } finally {
        if (TZ === undefined) delete process.env['TZ']
        else process.env['TZ'] = TZ
      }
      const [row] = await execute(there, 'select extract(epoch from starts_at) * 1000 as at from schedules')
      expect(Number(row?.['at'])).to.equal(startsAt)
    })

    it('goes from one schema of a database to another', async () => {
      const one = await postgres('empty')
      await copied(`sqlite:${full}`, one)
      await execute(one, 'create schema other')
      const other = `${one}${one.includes('?') ? '&' : '?'}options=${encodeURIComponent('-c search_path=other')}`
      await copied(one, other)
      const [found] = await execute(
        other,
        'select (select count(*) from other.finished_jobs) = (select count(*) from public.finished_jobs) as same',
      )
      expect(found).to.deep.equal({ same: true })
    })

    it('leaves jobs that ran to the first recovery at the target, as interrupted', async () => {
      const there = await postgres()
      const again = file('again')
      await copied(`sqlite:${full}`, there)
      await copied(there, `sqlite:${again}`)
      const orphans = ({ stores }: World) => stores.jobs.orphans(10, new Date())
      const expected = [kinds.running, kinds.cancelling].map((id) => ({ id, interrupted: true }))
      for (const found of [await inPostgres(there, orphans), await withWorld(again, orphans)])
        expect(found.map(({ job, interrupted }) => ({ id: job.id, interrupted }))).to.deep.equal(expected)
    })

    it('lets jobs and schedules go on where they were, no slot twice', async () => {
      const there = await postgres()
      await copied(`sqlite:${full}`, there)
      const ticksOf = (url: string) =>
        execute(url, 'select slot, outcome, job_id from schedule_ticks order by slot')
      const before = await ticksOf(there)
      const ran: unknown[] = []
      const run = (params: unknown): void => void ran.push(params)
      const work = { key: 'work', version: 1, isolation: 'inline', run } as const
      const server = await createJobServer({ database: there, definitions: [work], retentionDays: FOR_EVER })
      try {
        await server.start()
        expect((await server.waitFor(kinds.queued, { timeoutMs: 20_000 })).status).to.equal('succeeded')
        expect(ran).to.deep.include({ n: 1 })
        await untilPasses(async () => {
          const ticks = await ticksOf(there)
          expect(ticks.slice(0, before.length)).to.deep.equal(before)
          expect(ticks.length).to.be.greaterThan(before.length)
        }, 20_000)
      } finally {
        await server.stop()
      }
      await checkInvariants((sql) => execute(there, sql))
    })

    it('refuses a target that has rows, and leaves them as they are', async () => {
      const there = await postgres()
      await execute(there, "insert into leaders (name, term, expires_at) values ('x', 1, now())")
      await inPostgres(there, (world) => world.publish({}))
      const { code, err } = await copy(`sqlite:${full}`, there)
      expect([code, err]).to.deep.equal([
        1,
        'error: the target is not empty: there are rows in definitions\n',
      ])
      expect(await execute(there, 'select key from definitions')).to.deep.equal([{ key: 'work' }])
      const taken = file('taken')
      copyFileSync(full, taken)
      expect((await copy(there, `sqlite:${taken}`)).code).to.equal(1)
    })

    it('refuses what it cannot open, with exit code 3', async () => {
      const nobody = `postgres://me:secret@127.0.0.1:${await freePort()}/x`
      const missing = file('missing')
      for (const [from, to, says] of [
        [`sqlite:${full}`, nobody, /cannot use PostgreSQL 127\.0\.0\.1.*ECONNREFUSED/],
        [nobody, `sqlite:${file('never')}`, /ECONNREFUSED/],
        [`sqlite:${missing}`, await postgres(), /cannot use SQLite .*missing\.db: there is no such file/],
        [`sqlite:${full}`, (await postgres()).replace(/[^/]*$/, 'no_such_database'), /does not exist/],
        [`sqlite:${full}`, `sqlite:${folder}`, /cannot use SQLite/],
      ] as const) {
        const { code, err } = await copy(from, to)
        expect(code, err).to.equal(3)
        expect(err).to.match(says).and.not.to.include('secret')
      }
      expect([existsSync(missing), existsSync(file('never'))]).to.deep.equal([false, false])
    })

    it('refuses a schema of another version, on either side, and changes nothing', async () => {
      const [older, newer, foreign] = ['older', 'newer', 'foreign'].map(file) as [string, string, string]
      for (const path of [older, newer]) copyFileSync(migrated, path)
      edit(older, "delete from schema_migrations where name = '0009-schedules'")
      edit(newer, "insert into schema_migrations (name, batch) values ('9999-later', 9)")
      edit(foreign, 'create table theirs (id integer)')
      const empty = await postgres()
      for (const [from, to, says] of [
        [`sqlite:${older}`, empty, /the source lacks migrations \(0009-schedules\): run job-server migrate/],
        [`sqlite:${newer}`, empty, /the source was migrated by a newer version of job-server \(9999-later\)/],
        [`sqlite:${foreign}`, empty, /the source is no database of job-server/],
        [empty, `sqlite:${older}`, /the target lacks migrations/],
        [empty, `sqlite:${newer}`, /the target was migrated by a newer version/],
      ] as const) {
        const { code, err } = await copy(from, to)
        expect(code, err).to.equal(1)
        expect(err).to.match(says)
      }
      expect(isEmpty(older)).to.equal(true)
    })

    it('refuses a source whose workers are alive, unless it is told that this is meant', async () => {
      const alive = file('alive')
      copyFileSync(full, alive)
      edit(alive, `update workers set lease_until = ${Date.now() + 60_000}`)
      const refused = await copy(`sqlite:${alive}`, `sqlite:${file('from-alive')}`)
      expect(refused.code).to.equal(1)
      expect(refused.err).to.match(/workers are alive at the source \(worker-1\): stop all servers first/)
      expect((await copy(`sqlite:${alive}`, `sqlite:${file('from-alive')}`, '--force')).code).to.equal(0)
      const { workers } = await withWorld(file('from-alive'), async ({ stores }) => ({
        workers: await stores.workers.list(),
      }))
      expect(workers).to.deep.equal([])
    })

    it('says how it is called, with exit code 2', async () => {
      for (const [from, to] of [
        [`sqlite:${full}`, 'mysql://me:secret@db/jobs'],
        ['jobs.db', `sqlite:${full}`],
        [`sqlite:${full}`, `sqlite:${full}`],
      ] as const) {
        const { code, err } = await copy(from, to)
        expect(code, err).to.equal(2)
        expect(err).not.to.include('secret')
      }
      expect((await jobServer(['db', 'copy', '--from', `sqlite:${full}`])).code).to.equal(2)
    })

    it('leaves nothing at the target when a row cannot be held there, and says where', async () => {
      const odd = file('odd')
      copyFileSync(full, odd)
      edit(odd, "update job_logs set message = 'a' || char(0) || 'b'")
      const there = await postgres()
      const { code, err } = await copy(`sqlite:${odd}`, there)
      expect(code).to.equal(1)
      expect(err).to.match(/the target cannot hold a row of job_logs: .*0x00/)
      for (const { name } of COPIED_TABLES)
        expect(await execute(there, `select 1 from ${name}`)).to.deep.equal([])
    })

    it('keeps nothing when the target gives back something else than was written', async () => {
      const path = file('forgetful')
      copyFileSync(migrated, path)
      const source = openSqliteSource(full)
      const real = openSqliteTarget(path)
      const forgetful: CopyTarget = {
        ...real,
        write: (table, rows) => real.write(table, table.name === 'job_events' ? rows.slice(1) : rows),
      }
      const error = await copyDatabase(source, forgetful).catch((thrown: unknown) => thrown)
      await Promise.all([source.close(), real.close()])
      expect(error)
        .to.have.property('message')
        .that.matches(/^job_events differs: \d+ rows with checksum/)
      expect(isEmpty(path)).to.equal(true)
    })

    it('knows every table and column of the schema, and what each means', async () => {
      const known = [...COPIED_TABLES, WORKERS].flatMap(({ name, columns }) =>
        Object.entries(columns).map(([column, kind]) => ({ name: `${name}.${column}`, kind })),
      )
      const url = await postgres()
      const inPostgresql = await execute(
        url,
        `select table_name || '.' || column_name as name, data_type as type from information_schema.columns c
          join information_schema.tables t using (table_schema, table_name)
          where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ('${NOT_COPIED.join("', '")}')`,
      )
      expect(inPostgresql).to.have.deep.members(
        known.map(({ name, kind }) => ({ name, type: POSTGRES_TYPES[kind] ?? kind })),
      )
      const db = new Database(migrated, { readonly: true })
      const inSqlite = db
        .prepare(
          `select m.name || '.' || c.name as name, c.type from sqlite_master m, pragma_table_info(m.name) c
            where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like 'job_errors%' and m.name not in ('${NOT_COPIED.join("', '")}')`,
        )
        .all()
      db.close()
      expect(inSqlite).to.have.deep.members(
        known.map(({ name, kind }) => ({ name, type: SQLITE_TYPES[kind] ?? 'INTEGER' })),
      )
    })
  })
