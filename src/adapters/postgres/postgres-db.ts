import knex, { type Knex } from 'knex'
import type { ClientBase, QueryResultRow } from 'pg'
import type { Logger } from '../../application/ports/logger.js'
import type { ConnectionUse } from '../../application/ports/stores.js'
import type { Row } from '../sql/dialect.js'
import type { Outages } from './outages.js'
import { afterCreate, READABLE } from './sessions.js'
import { VALUE_TYPES } from './value-types.js'
import {
  isAcquireTimeout,
  isConnectionError,
  isRetryable,
  isSilence,
  isStaleConnection,
  portError,
  READ_ONLY,
} from './postgres-errors.js'

export interface PoolOptions {
  /** Connections that this process may open for writes and reads together; up to three more serve beats, notifications and the lead. */
  readonly max: number
  readonly idleTimeoutMs: number
  /** Longest wait for a free or new connection. */
  readonly connectionTimeoutMs: number
}

/** A statement with `$n` parameters; a name makes it a prepared one, parsed once for each connection. */
export interface Statement {
  readonly name?: string
  readonly text: string
}

/** Runs statements on one connection. */
export type Run = (statement: Statement, values: readonly unknown[]) => Promise<readonly Row[]>

/** Where statements run: a pool, or whatever a caller has. */
export type Db = Pick<PostgresDb, 'query' | 'transaction'>

/**
 * Of all connections: rows are found through indexes, whatever statistics say of a table that has just filled, and one by one, so that what
 * is gone is met once (see docs/adr/0009).
 */
export const SETTINGS = `set enable_seqscan = off; set enable_bitmapscan = off; set jit = off; ${READABLE}`
/**
 * What the hot statements assume: each row is found through an index, whatever stale statistics say, so that nothing is gained by
 * planning a statement anew for its parameters (see docs/adr/0009).
 */
export const HOT_SETTINGS = `${SETTINGS}; set enable_hashjoin = off; set enable_mergejoin = off;
  set plan_cache_mode = force_generic_plan; set default_transaction_isolation = 'read committed'`
const STATEMENT_TIMEOUT_MS = 15_000
/** A process that stands still inside a transaction keeps its locks no longer: they are gates and keys that all others need. */
const IDLE_IN_TRANSACTION_MS = 10_000
const MAX_TRIES = 5

interface DbSettings {
  /** The plans of the hot statements. */
  readonly hot?: boolean
  /** After this the server ends a statement; a third later nobody waits for the server any more. @default 15000 */
  readonly timeoutMs?: number
}

type Connection = ClientBase & { __knex__disposed?: unknown }

/** One pool of connections, its errors translated and its outages remembered. */
export class PostgresDb {
  readonly knex: Knex
  private readonly waitMs: number
  private readonly connections = new Set<Connection>()

  constructor(
    url: string,
    pool: PoolOptions,
    private readonly outages: Outages,
    logger: Logger,
    { hot = false, timeoutMs = STATEMENT_TIMEOUT_MS }: DbSettings = {},
  ) {
    this.waitMs = pool.connectionTimeoutMs
    this.knex = knex({
      client: 'pg',
      connection: {
        connectionString: url,
        application_name: 'job-server',
        keepAlive: true,
        types: VALUE_TYPES,
        connectionTimeoutMillis: pool.connectionTimeoutMs,
        // A server that is gone without a word never answers: the timeout of the server cannot help then.
        query_timeout: timeoutMs * (4 / 3),
      } as Knex.PgConnectionConfig,
      acquireConnectionTimeout: pool.connectionTimeoutMs,
      pool: {
        min: 0,
        max: pool.max,
        idleTimeoutMillis: pool.idleTimeoutMs,
        createTimeoutMillis: pool.connectionTimeoutMs,
        propagateCreateError: true,
        afterCreate: afterCreate(`${limits(timeoutMs)}; ${hot ? HOT_SETTINGS : SETTINGS}`, (connection) => {
          this.connections.add(connection)
          connection.once('end', () => this.connections.delete(connection))
        }),
      },
      log: {
        warn: (message: unknown) => {
          logger.debug('database client', { message: String(message) })
        },
        error: (message: unknown) => {
          logger.debug('database client', { message: String(message) })
        },
        debug: () => undefined,
        deprecate: () => undefined,
      },
    })
  }

  /** Runs one statement, again after a lost deadlock or serialization race. */
  query(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
    return this.guarded(() => this.withConnection((run) => run(statement, values)))
  }

  /** Runs several statements in one transaction (read committed), all of it again after a lost deadlock. */
  transaction<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return this.guarded(() =>
      this.withConnection(async (run, spoil) => {
        await run(BEGIN, [])
        try {
          const result = await work(run)
          await run(COMMIT, [])
          return result
        } catch (error) {
          if (!isConnectionError(error)) await run(ROLLBACK, []).catch(spoil)
          throw error
        }
      }),
    )
  }

  /** Runs a query that Knex built. */
  built(query: Knex.QueryBuilder | Knex.Raw): Promise<readonly Row[]> {
    return this.query(...statementOf(query))
  }

  /** The same where an index of words may be of use, which can be read by bitmaps alone. */
  searched(query: Knex.QueryBuilder | Knex.Raw): Promise<readonly Row[]> {
    return this.transaction(async (run) => {
      await run(BITMAPS, [])
      return run(...statementOf(query))
    })
  }

  /**
   * Looks whether writes are taken; a connection that takes none is left for another, as after a refused write.
   *
   * @throws StorageReadOnlyError when they are not.
   */
  async checkWritable(): Promise<void> {
    await this.transaction(async (run) => {
      const [row] = await run(READS_ONLY, [])
      if (row?.['transaction_read_only'] === 'on')
        throw Object.assign(new Error('transaction_read_only is on'), { code: READ_ONLY })
    })
  }

  /** How its connections are used just now. */
  use(pool: string): ConnectionUse {
    const { pool: connections } = this.knex.client as {
      pool: { numUsed(): number; numFree(): number; numPendingAcquires(): number; max: number }
    }
    return {
      pool,
      used: connections.numUsed(),
      idle: connections.numFree(),
      waiting: connections.numPendingAcquires(),
      max: connections.max,
    }
  }

  async close(): Promise<void> {
    await this.knex.destroy()
  }

  private async withConnection<T>(work: (run: Run, spoil: (why: unknown) => void) => Promise<T>): Promise<T> {
    const client = this.knex.client as {
      acquireConnection(): Promise<Connection>
      releaseConnection(connection: Connection): Promise<void>
    }
    const connection = await client.acquireConnection().catch((error: unknown) => {
      throw isAcquireTimeout(error) ? new Error(this.whyNone(), { cause: error }) : error
    })
    const spoil = (why: unknown): void => {
      connection.__knex__disposed = why
    }
    const run: Run = async ({ name, text }, values) => {
      const query = { ...(name === undefined ? {} : { name }), text, values: [...values] }
      const { rows } = await connection.query<QueryResultRow>(query)
      return rows
    }
    try {
      return await work(run, spoil)
    } catch (error) {
      // A connection in an unknown state is never given to the next caller.
      if (isConnectionError(error) || isStaleConnection(error)) spoil(error)
      // What lies between has forgotten the others too, most likely, and a migration has changed a table under all of them: found out one
      // by one, each would hold somebody up, or cost a try.
      if (isSilence(error) || isStaleConnection(error))
        for (const other of this.connections) other.__knex__disposed = error
      throw error
    } finally {
      await client.releaseConnection(connection)
    }
  }

  /** In words of this server: Knex takes a database that does not let anybody in for a pool that is full. */
  private whyNone(): string {
    const { used, max } = this.use('')
    return used >= max
      ? `no connection came free within ${this.waitMs} ms: all ${max} are in use, see DB_POOL_MAX`
      : `no connection could be opened within ${this.waitMs} ms`
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await work()
        this.outages.answered()
        return result
      } catch (error) {
        if ((isRetryable(error) || isStaleConnection(error)) && tries < MAX_TRIES) continue
        if (isConnectionError(error)) this.outages.failed(error)
        throw portError(error)
      }
    }
  }
}

/** Said once the session is there: a pooler takes neither from a client that connects. */
function limits(timeoutMs: number): string {
  return `set statement_timeout = ${timeoutMs}; set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`
}

function statementOf(query: Knex.QueryBuilder | Knex.Raw): [Statement, readonly unknown[]] {
  const { sql, bindings } = (query as Knex.Raw).toSQL().toNative()
  return [{ text: sql }, bindings]
}

const BITMAPS: Statement = { text: 'set local enable_bitmapscan = on' }
const READS_ONLY: Statement = { text: 'show transaction_read_only' }
const BEGIN: Statement = { text: 'begin' }
const COMMIT: Statement = { text: 'commit' }
const ROLLBACK: Statement = { text: 'rollback' }
