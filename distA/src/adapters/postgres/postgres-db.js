import knex, {} from 'knex';
import { VALUE_TYPES } from './value-types.js';
import { isConnectionError, isRetryable, isStaleConnection, portError } from './postgres-errors.js';
/** What the hot statements assume: each row is found through an index, whatever stale statistics say (see docs/adr/0009). */
export const HOT_SETTINGS = `set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off;
  set default_transaction_isolation = 'read committed'`;
const STATEMENT_TIMEOUT_MS = 15_000;
/** A process that stands still inside a transaction keeps its locks no longer: they are gates and keys that all others need. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const MAX_TRIES = 5;
/** One pool of connections, its errors translated and its outages remembered. */
export class PostgresDb {
    outages;
    knex;
    constructor(url, pool, outages, logger, { hot = false, timeoutMs = STATEMENT_TIMEOUT_MS } = {}) {
        this.outages = outages;
        this.knex = knex({
            client: 'pg',
            connection: {
                connectionString: url,
                application_name: 'job-server',
                keepAlive: true,
                types: VALUE_TYPES,
                connectionTimeoutMillis: pool.connectionTimeoutMs,
                statement_timeout: timeoutMs,
                idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
                // A server that is gone without a word never answers: the timeout of the server cannot help then.
                query_timeout: timeoutMs * (4 / 3),
            },
            acquireConnectionTimeout: pool.connectionTimeoutMs,
            pool: {
                min: 0,
                max: pool.max,
                idleTimeoutMillis: pool.idleTimeoutMs,
                createTimeoutMillis: pool.connectionTimeoutMs,
                propagateCreateError: true,
                afterCreate: (connection, done) => {
                    connection.query(hot ? HOT_SETTINGS : 'set jit = off').then(() => {
                        done(null, connection);
                    }, (error) => {
                        // The pool forgets it without closing it.
                        ;
                        connection.end().catch(() => undefined);
                        done(error, connection);
                    });
                },
            },
            log: {
                warn: (message) => {
                    logger.debug('database client', { message: String(message) });
                },
                error: (message) => {
                    logger.debug('database client', { message: String(message) });
                },
                debug: () => undefined,
                deprecate: () => undefined,
            },
        });
    }
    /** Runs one statement, again after a lost deadlock or serialization race. */
    query(statement, values) {
        return this.guarded(() => this.withConnection((run) => run(statement, values)));
    }
    /** Runs several statements in one transaction (read committed), all of it again after a lost deadlock. */
    transaction(work) {
        return this.guarded(() => this.withConnection(async (run, spoil) => {
            await run(BEGIN, []);
            try {
                const result = await work(run);
                await run(COMMIT, []);
                return result;
            }
            catch (error) {
                if (!isConnectionError(error))
                    await run(ROLLBACK, []).catch(spoil);
                throw error;
            }
        }));
    }
    /** Runs a query that Knex built. */
    built(query) {
        const { sql, bindings } = query.toSQL().toNative();
        return this.query({ text: sql }, bindings);
    }
    /** How its connections are used just now. */
    use(pool) {
        const { pool: connections } = this.knex.client;
        return {
            pool,
            used: connections.numUsed(),
            idle: connections.numFree(),
            waiting: connections.numPendingAcquires(),
            max: connections.max,
        };
    }
    async close() {
        await this.knex.destroy();
    }
    async withConnection(work) {
        const client = this.knex.client;
        const connection = await client.acquireConnection();
        const spoil = (why) => {
            connection.__knex__disposed = why;
        };
        const run = async ({ name, text }, values) => {
            const query = { ...(name === undefined ? {} : { name }), text, values: [...values] };
            const { rows } = await connection.query(query);
            return rows;
        };
        try {
            return await work(run, spoil);
        }
        catch (error) {
            // A connection in an unknown state is never given to the next caller.
            if (isConnectionError(error) || isStaleConnection(error))
                spoil(error);
            throw error;
        }
        finally {
            await client.releaseConnection(connection);
        }
    }
    async guarded(work) {
        for (let tries = 1;; tries += 1) {
            try {
                const result = await work();
                this.outages.answered();
                return result;
            }
            catch (error) {
                if ((isRetryable(error) || isStaleConnection(error)) && tries < MAX_TRIES)
                    continue;
                if (isConnectionError(error))
                    this.outages.failed();
                throw portError(error);
            }
        }
    }
}
const BEGIN = { text: 'begin' };
const COMMIT = { text: 'commit' };
const ROLLBACK = { text: 'rollback' };
//# sourceMappingURL=postgres-db.js.map