import Database from 'better-sqlite3'
import { expect } from 'chai'
import pg from 'pg'
import { openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { VERSION } from '../../../src/bootstrap/version.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { World } from '../../contract/world.js'
import { checkInvariants } from '../../support/invariants.js'
import { createDatabase } from '../../support/postgres-databases.js'
import { checkSqliteFile } from '../../support/sqlite-harness.js'
import { TempDatabase } from '../sqlite/temp-database.js'
import {
  comparable,
  everyCall,
  given,
  kept,
  load,
  record,
  save,
  type Dialect,
  type Recorded,
  type Rows,
} from './recording.js'

/** `npm run record-statements`, at a release: what that version asks is what the next one has to answer. */
const isRecording = process.env['RECORD_STATEMENTS'] === 'true'
const MIGRATIONS = 'select name from schema_migrations order by name'

/** A database with this version's schema, and both ways to it. */
interface Place {
  open(world: World): Promise<Stores>
  /** @returns rows, or the number of changed ones. */
  ask(sql: string, values: readonly unknown[], wantsRows: boolean): Promise<Rows | number>
  check(): Promise<void>
  close(): Promise<void>
}

const PLACES: Readonly<Record<Dialect, () => Promise<Place>>> = {
  postgres: async () => {
    const database = await createDatabase()
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const pool = { max: 4, idleTimeoutMs: 1_000, connectionTimeoutMs: 2_000 }
    return {
      open: ({ clock }) => openPostgresStores({ url: database.url, pool, logger: silentLogger, clock }),
      ask: async (text, values) => (await client.query<Rows[number]>({ text, values: [...values] })).rows,
      check: () => checkInvariants(async (sql) => (await client.query<Rows[number]>(sql)).rows),
      close: async () => {
        await client.end()
        await database.drop()
      },
    }
  },
  sqlite: async () => {
    const database = await new TempDatabase().migrated()
    const db = new Database(database.path)
    return {
      open: ({ clock }) => database.open({ clock }),
      ask: (sql, values, wantsRows) => {
        const statement = db.prepare(sql)
        return Promise.resolve(
          wantsRows ? (statement.all(...values) as Rows) : statement.run(...values).changes,
        )
      },
      check: () => checkSqliteFile(database.path),
      close: async () => {
        db.close()
        await database.remove()
      },
    }
  },
}

describe('a worker of the last version, on the schema of this one', function () {
  this.timeout(120_000)
  for (const dialect of ['sqlite', 'postgres'] as const) {
    if (!storesWanted().has(dialect)) continue
    describe(`in ${dialect}`, () => {
      let place: Place
      before(async () => {
        place = await PLACES[dialect]()
      })
      after(() => place.close())

      if (isRecording)
        it('is recorded', async () => {
          const world = new World()
          world.stores = await place.open(world)
          const statements = await record(dialect, () => everyCall(world))
          await world.stores.close()
          const migrations = ((await place.ask(MIGRATIONS, [], true)) as Rows).map(({ name }) => String(name))
          save(dialect, { version: VERSION, migrations, statements: kept(statements) as Recorded[] })
        })
      else
        it('is answered what it was answered before, and leaves what this version expects', async () => {
          const { version, migrations, statements } = load(dialect)
          const ran = (await place.ask(MIGRATIONS, [], true)) as Rows
          expect(ran.map(({ name }) => name)).to.include.members([...migrations])
          expect(statements.length).to.be.greaterThan(100)
          for (const [index, { sql, values, answer }] of statements.entries()) {
            // Compared above: that more has run is the point.
            if (sql.includes('schema_migrations')) continue
            const about = `statement ${index + 1} of ${version}: ${sql}`
            const rows = await place
              .ask(sql, values.map(given), typeof answer !== 'number')
              .catch((error: unknown) => expect.fail(`${about}\n${String(error)}`))
            if (typeof answer === 'number') expect(rows, about).to.equal(answer)
            else
              expect(comparable(kept(rows) as Rows, answer), about).to.deep.equal(comparable(answer, answer))
          }
          await place.check()
        })
    })
  }
})
