import { readFileSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import pg from 'pg'
import { decideOrphan, decideOutcome } from '../../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry-policy.js'
import { TTL_MS, WORK, type World } from '../../contract/world.js'
import { everyKind } from '../../support/every-kind.js'

export type Dialect = 'postgres' | 'sqlite'
export type Rows = readonly Readonly<Record<string, unknown>>[]

/** A statement, what it was given, and what the database answered. */
export interface Recorded {
  readonly sql: string
  readonly values: readonly unknown[]
  /** Rows, or how many were changed. */
  readonly answer: Rows | number
}

export interface Recording {
  readonly version: string
  /** Migrations that it needs, by name. */
  readonly migrations: readonly string[]
  readonly statements: readonly Recorded[]
}

/** Stands for what the database's own clock said; everything else is of a day in January 2026. */
export const CLOCK = '$clock'
const LATER = Date.UTC(2026, 5)
const CLOCK_TEXT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/
/** What goes on by itself beside the calls, and what only asks how the connection is. */
const ASIDE = /pragma|total_changes|clock_timestamp\(\)\) \* 1000|notify|listen|^set |select version/i

/** Everything that a worker, the scheduler beside it and the API ask of a database, in one order and with the same values each time. */
export async function everyCall(world: World): Promise<void> {
  const { jobs, workers, queries, metrics, history, leaders, schedules, definitions, apiKeys } = world.stores
  await world.stores.ping()
  const kinds = await everyKind(world)
  const at = { now: world.now, random: 0.5, policy: DEFAULT_RETRY_POLICY, newId: world.newId }
  await workers.cancelling(kinds.incarnation)
  const held = await jobs.held(kinds.incarnation)
  const asked = held.find(({ id }) => id === kinds.cancelling)
  if (asked !== undefined) await world.settle(asked, decideOutcome(asked, { kind: 'cancelled' }, at))

  const limit = { key: 'limited', version: 1 }
  await definitions.setPaused('limited', false)
  const gated = await world.claim(kinds.incarnation, 5, [limit, WORK])
  const idle = await world.ask(kinds.incarnation, 5, [limit])
  if (gated.length === 0 || idle.jobs.length > 0) throw new Error('the claims are not those that were meant')
  for (const [index, job] of gated.entries()) {
    const result =
      index % 2 === 0 ? ({ kind: 'succeeded', result: index } as const) : ({ kind: 'interrupted' } as const)
    await world.settle(job, decideOutcome(job, result, at))
  }
  await workers.list()
  await workers.renew({ incarnation: kinds.incarnation, running: 1, draining: true }, TTL_MS)
  await workers.bury(10)
  await workers.resign(kinds.incarnation)
  const orphans = await jobs.orphans(10, world.now)
  if (orphans.length === 0) throw new Error('there is no orphan')
  for (const { job, interrupted } of orphans) await world.settle(job, decideOrphan(job, interrupted, at))

  const leadership = await world.leadership()
  await schedules.due(world.clock.in(3_600_000), 10, null)
  await schedules.pruneTicks(leadership, new Date(0), 10)
  await metrics.fold(world.now)
  await metrics.definitions()
  const endedBefore = { succeeded: world.clock.in(1) }
  await history.prune({ leadership, endedBefore, limit: 1 })
  await leaders.resign(leadership)
  for (const id of Object.values(kinds)) await queries.get(id)
  await world.everythingOf(kinds.failed)
  await queries.list({ statuses: ['queued', 'failed'] }, { limit: 10, offset: 0 })
  await definitions.find([{ key: 'work', version: 0 }])
  await apiKeys.list()
}

/** Notes what `work` asks of a database, by standing between this version and its drivers. */
export async function record(dialect: Dialect, work: () => Promise<void>): Promise<readonly Recorded[]> {
  const statements: Recorded[] = []
  const restore = dialect === 'postgres' ? watchPostgres(statements) : watchSqlite(statements)
  try {
    await work()
  } finally {
    restore()
  }
  return statements
}

function watchPostgres(statements: Recorded[]): () => void {
  const { prototype } = pg.Client
  const query = prototype.query as (...given: unknown[]) => unknown
  prototype.query = function (this: pg.Client, ...given: unknown[]) {
    const answered = query.apply(this, given)
    const [asked] = given as [{ text?: unknown; values?: readonly unknown[] }]
    if (typeof asked.text !== 'string' || ASIDE.test(asked.text)) return answered
    const at = statements.push({ sql: asked.text, values: asked.values ?? [], answer: 0 }) - 1
    return (answered as Promise<pg.QueryResult>).then((result) => {
      statements[at] = { ...(statements[at] as Recorded), answer: result.rows as Rows }
      return result
    })
  } as typeof prototype.query
  return () => {
    prototype.query = query as typeof prototype.query
  }
}

function watchSqlite(statements: Recorded[]): () => void {
  const { prototype } = Database as unknown as { prototype: Database.Database }
  const { prepare } = prototype
  prototype.prepare = function (this: Database.Database, sql: string) {
    const statement = prepare.call(this, sql)
    if (ASIDE.test(sql)) return statement
    for (const way of ['run', 'get', 'all'] as const) {
      const run = statement[way].bind(statement) as (...values: unknown[]) => unknown
      statement[way] = ((...values: unknown[]) => {
        const at = statements.push({ sql, values, answer: 0 }) - 1
        const answer = run(...values)
        statements[at] = { sql, values, answer: answerOf(answer) }
        return answer
      }) as never
    }
    return statement
  } as typeof prepare
  return () => {
    prototype.prepare = prepare
  }
}

function answerOf(answer: unknown): Rows | number {
  if (answer === undefined) return []
  if (Array.isArray(answer)) return answer as Rows
  const { changes } = answer as Partial<Database.RunResult>
  return changes === undefined ? [answer as Rows[number]] : changes
}

const fileOf = (dialect: Dialect): URL => new URL(`./${dialect}.json`, import.meta.url)

interface File extends Omit<Recording, 'statements'> {
  /** Each once, however often it was asked. */
  readonly texts: readonly string[]
  readonly asked: readonly (readonly [text: number, values: readonly unknown[], answer: Rows | number])[]
}

/** One statement a line, so that a new recording can be compared with the old one. */
export function save(dialect: Dialect, { version, migrations, statements }: Recording): void {
  const texts = [...new Set(statements.map(({ sql }) => sql))]
  const asked = statements.map(({ sql, values, answer }) => [texts.indexOf(sql), values, answer])
  const lines = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).join(',\n')
  const about = `"version": ${JSON.stringify(version)}, "migrations": ${JSON.stringify(migrations)}`
  writeFileSync(
    fileOf(dialect),
    `{ ${about}, "texts": [\n${lines(texts)}\n], "asked": [\n${lines(asked)}\n] }\n`,
  )
}

export function load(dialect: Dialect): Recording {
  const { texts, asked, ...about } = JSON.parse(readFileSync(fileOf(dialect), 'utf8')) as File
  const statements = asked.map(([text, values, answer]) => ({ sql: texts[text] ?? '', values, answer }))
  return { ...about, statements }
}

/** As JSON keeps it: an instant is an object of its own, what the clock said is not kept. */
export function kept(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() > LATER ? CLOCK : { instant: value.toISOString() }
  if (typeof value === 'string') return CLOCK_TEXT.test(value) ? CLOCK : value
  if (Array.isArray(value)) return value.map(kept)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, kept(item)]))
}

/** What was kept, as a driver takes it; the clock says what it says now. */
export function given(value: unknown): unknown {
  if (value === CLOCK) return new Date().toISOString()
  if (Array.isArray(value)) return value.map(given)
  const { instant } = (value ?? {}) as { instant?: unknown }
  return typeof instant === 'string' ? new Date(instant) : value
}

/** Of each row the columns that the recorded ones have, in an order that no plan changes. */
export function comparable(rows: Rows, recorded: Rows): readonly string[] {
  const columns = Object.keys(recorded[0] ?? rows[0] ?? {}).sort()
  return rows.map((row) => JSON.stringify(columns.map((column) => [column, row[column]]))).sort()
}
