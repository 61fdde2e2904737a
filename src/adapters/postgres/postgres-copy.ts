import pg from 'pg'
import type { ColumnKind, CopiedTable } from '../sql/copy/copied-tables.js'
import { BATCH, charactersOf, type CopySource, type CopyTarget } from '../sql/copy/copy-database.js'
import type { CopiedRow, CopiedValue } from '../sql/copy/table-checksum.js'
import { MIGRATIONS_TABLE } from '../sql/migrate.js'
import { portError } from './postgres-errors.js'
import { decode } from './postgres-reader.js'
import { PATIENCE, READABLE } from './sessions.js'

/** How each kind is declared; what the driver sends as text becomes that type. */
const TYPES: Readonly<Record<ColumnKind, string>> = {
  uuid: 'uuid',
  text: 'text',
  integer: 'integer',
  bigint: 'bigint',
  real: 'double precision',
  boolean: 'boolean',
  json: 'jsonb',
  instant: 'timestamptz',
}

/** A copy takes as long as it takes, but waits for nobody who writes. */
const SETTINGS = `${PATIENCE}; ${READABLE}; set lock_timeout = '5s'`
/** Rows that are fetched first; then as many as fill a batch. */
const FIRST_FETCH = 100

/**
 * Opens a database as it is now, for reading only.
 *
 * @throws StorageUnavailableError when it does not answer, or refuses the login.
 */
export async function openPostgresSource(url: string): Promise<CopySource> {
  const client = await connected(url, 'begin isolation level repeatable read, read only')
  return {
    migrations: async () => {
      const [found] = await rowsOf(client, `select to_regclass('${MIGRATIONS_TABLE}') is not null as found`)
      if (found?.['found'] !== true) return []
      return (await rowsOf(client, `select name from ${MIGRATIONS_TABLE}`)).map(
        (row) => row['name'] as string,
      )
    },
    liveWorkers: async () => {
      const alive =
        'select name from workers where not dead and lease_until > clock_timestamp() order by name'
      return (await rowsOf(client, alive)).map((row) => row['name'] as string)
    },
    read: (table, where) => read(client, table, where),
    close: () => client.end(),
  }
}

/**
 * Begins the one write to a migrated database: its tables can be read meanwhile, but not written.
 *
 * @throws StorageUnavailableError when it does not answer, or somebody else writes to it for longer than 5 s.
 */
export async function openPostgresTarget(url: string, tables: readonly CopiedTable[]): Promise<CopyTarget> {
  const names = tables.map(({ name }) => name).join(', ')
  const client = await connected(url, `begin; lock table ${names} in exclusive mode`)
  return {
    read: (table) => read(client, table),
    isEmpty: async ({ name }) => (await rowsOf(client, `select 1 from ${name} limit 1`)).length === 0,
    write: async (table, rows) => {
      const kinds = Object.values(table.columns)
      const columns = kinds.map((kind, at) => rows.map((row) => encoded(row[at] ?? null, kind)))
      const arrays = kinds.map((kind, at) => `$${at + 1}::${TYPES[kind]}[]`)
      const text = `insert into ${table.name} (${Object.keys(table.columns).join(', ')}) select * from unnest(${arrays.join(', ')})`
      await rowsOf(client, text, columns)
    },
    commit: async () => {
      await rowsOf(client, 'commit')
      // The first lists would otherwise be planned for empty tables; what is copied stays copied all the same.
      await client.query(`analyze ${names}`).catch(() => undefined)
    },
    close: () => client.end(),
  }
}

async function connected(url: string, begin: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'job-server db copy',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  // The query that is under way tells the same error; without a listener the process would end.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(SETTINGS)
    await client.query(begin)
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw portError(error)
  }
}

/** Rows through a cursor; how many at once follows from how long the last ones were. */
async function* read(
  client: pg.Client,
  { name, columns }: CopiedTable,
  where = 'true',
): AsyncGenerator<readonly CopiedRow[]> {
  const kinds = Object.values(columns)
  const names = Object.entries(columns).map(([column, kind]) =>
    kind === 'json' ? `${column}::text` : column,
  )
  const cursor = `copy_${name}`
  await rowsOf(
    client,
    `declare ${cursor} no scroll cursor for select ${names.join(', ')} from ${name} where ${where}`,
  )
  for (let size = FIRST_FETCH; ;) {
    const rows = await rowsOf(client, `fetch ${size} from ${cursor}`)
    if (rows.length === 0) break
    const batch = rows.map((row) => Object.keys(columns).map((column, at) => decoded(row[column], kinds[at])))
    yield batch
    const characters = batch.reduce((sum, row) => sum + charactersOf(row), 0) / batch.length
    size = Math.max(1, Math.min(BATCH.rows, Math.floor(BATCH.characters / Math.max(1, characters))))
  }
  await rowsOf(client, `close ${cursor}`)
}

async function rowsOf(
  client: pg.Client,
  text: string,
  values?: readonly unknown[],
): Promise<readonly Record<string, unknown>[]> {
  try {
    return (await client.query<Record<string, unknown>>(text, values === undefined ? [] : [...values])).rows
  } catch (error) {
    throw portError(error)
  }
}

function decoded(value: unknown, kind: ColumnKind | undefined): CopiedValue {
  if (value === null) return null
  if (kind === 'instant') return decode.instant(value).getTime()
  // The driver leaves integers of 64 bits as text.
  return kind === 'bigint' ? Number(value) : (value as CopiedValue)
}

function encoded(value: CopiedValue, kind: ColumnKind): unknown {
  // The driver would write a date at this machine's offset, which it rounds to minutes where one of long ago had seconds.
  return kind === 'instant' && value !== null ? new Date(value as number).toISOString() : value
}
