import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFolder, makeFolder } from '../adapters/files/make-folder.js';
import { createMemoryStores } from '../adapters/memory/memory-stores.js';
import { SchemaTooNewError, StorageUnavailableError } from '../domain/errors.js';
import { ConfigError } from './config-error.js';
import { systemClock } from './system-clock.js';
/**
 * Brings the schema up to date, under a lock of the database's, and opens it. Only the technology that is asked for is loaded.
 *
 * @throws ConfigError when a SQLite file cannot be had at that path, or PostgreSQL refuses the login.
 */
export async function openStores({ database, pool }, logger) {
    if (database.kind === 'memory')
        return createMemoryStores({ clock: systemClock });
    await migrateDatabase(database, logger);
    if (database.kind === 'sqlite') {
        const { openSqliteStores } = await import('../adapters/sqlite/sqlite-stores.js');
        return openSqliteStores({ path: database.path, logger });
    }
    const { openPostgresStores } = await import('../adapters/postgres/postgres-stores.js');
    return openPostgresStores({ url: database.url, pool, logger });
}
/** @returns names of the migrations that ran. */
export async function migrateDatabase(database, logger) {
    const ran = database.kind === 'sqlite' ? await migrateFile(database.path) : await migrateServer(database.url);
    if (ran.length > 0)
        logger.info('migrated the database', { migrations: ran });
    return ran;
}
/** Names a database in messages; a URL may hold a password and is shown without it. */
export function databaseName(database) {
    if (database.kind === 'memory')
        return 'memory';
    if (database.kind === 'sqlite')
        return `SQLite ${database.path}`;
    const { hostname, port, pathname } = new URL(database.url);
    return `PostgreSQL ${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
}
/**
 * Repeats a step until the database answers, with backoff; says so once per change of the reason.
 *
 * @throws ConfigError and errors that waiting cannot mend; the signal's reason when it aborts.
 */
export async function untilDatabaseAnswers(step, { logger, signal }) {
    let told = '';
    for (let delayMs = 250;; delayMs = Math.min(5_000, delayMs * 2)) {
        try {
            const value = await step();
            if (told !== '')
                logger.info('the database answers');
            return value;
        }
        catch (error) {
            if (!isWorthWaiting(error))
                throw error;
            const reason = reasonOf(error);
            if (reason !== told)
                logger.warn('the database is away, waiting for it', { reason });
            told = reason;
            await sleep(delayMs, undefined, signal === undefined ? {} : { signal });
        }
    }
}
async function migrateFile(path) {
    const { migrateSqlite } = await import('../adapters/sqlite/sqlite-stores.js');
    try {
        if (await isFolder(path))
            throw unusableFile(path, 'it is a folder');
        await makeFolder(dirname(path));
        await access(dirname(path), constants.W_OK | constants.X_OK);
        return await migrateSqlite(path);
    }
    catch (error) {
        if (!isUnusableFile(causeOf(error)))
            throw error;
        // Knex puts the statement before the reason.
        throw unusableFile(path, reasonOf(error).replace(/^(?!E[A-Z]+:).* - /, ''));
    }
}
function unusableFile(path, reason) {
    return new ConfigError([`DATABASE_URL or DATA_DIR: cannot open the SQLite file ${path}: ${reason}`]);
}
async function migrateServer(url) {
    const { migratePostgres } = await import('../adapters/postgres/postgres-stores.js');
    try {
        return await migratePostgres(url);
    }
    catch (error) {
        if (!isRefusedLogin(error))
            throw error;
        const database = databaseName({ kind: 'postgres', url });
        throw new ConfigError([`DATABASE_URL: cannot log in to ${database}: ${reasonOf(error)}`]);
    }
}
/** Class 28 of SQLSTATE, and what the driver says when it has no password to send. */
function isRefusedLogin(error) {
    const { code, message } = error;
    return ((typeof code === 'string' && code.startsWith('28')) || /client password must be/.test(String(message)));
}
/** Mistakes of ours, settings that cannot be used, and a schema that a newer version has left. */
const HOPELESS = [ConfigError, SchemaTooNewError, TypeError, ReferenceError];
function isWorthWaiting(error) {
    return !HOPELESS.some((kind) => error instanceof kind);
}
/** Waiting will not make it a database of ours: a folder, no permission, something else's file. */
function isUnusableFile(cause) {
    const code = cause?.code;
    return (typeof code === 'string' && /^E[A-Z]+$|^SQLITE_(CANTOPEN|NOTADB|READONLY|PERM|AUTH|CORRUPT)/.test(code));
}
function causeOf(error) {
    const cause = error instanceof StorageUnavailableError ? (error.cause ?? error) : error;
    // An attempt at every address of a host fails with all their errors and no message of its own.
    return cause instanceof AggregateError ? cause.errors[0] : cause;
}
function reasonOf(error) {
    const cause = causeOf(error);
    const text = cause instanceof Error ? cause.message : String(cause);
    return text.split('\n')[0] ?? '';
}
//# sourceMappingURL=open-stores.js.map