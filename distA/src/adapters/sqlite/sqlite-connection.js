import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { StorageUnavailableError } from '../../domain/errors.js';
import { CHECKPOINT_PAGES, LogFolding } from './log-folding.js';
import { retryWhileBusy } from './retry-while-busy.js';
import { savepoint } from './savepoint.js';
import { isDataError, portError } from './sqlite-errors.js';
import { WalFile } from './wal-file.js';
/** How long the driver itself may block the event loop on a lock. */
const BUSY_TIMEOUT_MS = 5;
/** Work after which a transaction takes no further calls. */
const TURN_MS = 10;
const MAX_STATEMENTS = 500;
const LOG_BYTES = 64 * 1024 * 1024;
/** What a batch touches stays in memory until its commit: SQLite's own 2 MiB are less than the indexes of some ten thousand jobs. */
const CACHE_KIB = 16 * 1024;
/** SQLite folds within a commit then: only when the other way has failed. */
const LAST_RESORT_PAGES = 20 * CHECKPOINT_PAGES;
/**
 * The one raw handle on which this process writes.
 *
 * The driver is synchronous: a transaction runs from begin to commit without letting go of the event loop, so that no other
 * call of this process ever sees half of it. Calls wait their turn in order, and wait for locks of other processes
 * without blocking. Calls are answered when the disk has what they have changed; those that come while it is waited for share the
 * next transaction.
 */
export class SqliteConnection {
    db;
    options;
    statements = new Map();
    waiting = [];
    writing = null;
    /** Whether something is committed that the disk may not have. */
    isUnsynced = false;
    wal;
    folding;
    constructor(db, options) {
        this.db = db;
        this.options = options;
        const { path, checkpoint } = options;
        this.wal = new WalFile(path);
        this.folding =
            checkpoint === undefined ? null : new LogFolding({ pages: () => this.logPages(), fold: checkpoint });
    }
    /** @throws StorageUnavailableError when the file cannot be opened, or stays locked. */
    static async open(options) {
        const open = () => {
            const db = new Database(options.path, { timeout: BUSY_TIMEOUT_MS });
            try {
                db.pragma('journal_mode = WAL');
                // A commit that waited for the disk would hold up the event loop; `writeWaiting` waits for it instead.
                db.pragma('synchronous = NORMAL');
                db.pragma(`cache_size = -${CACHE_KIB}`);
                // A log that a long read made grow is cut to this once it has been folded back.
                db.pragma(`journal_size_limit = ${LOG_BYTES}`);
                // Folding waits for the disk, too.
                if (options.checkpoint !== undefined)
                    db.pragma(`wal_autocheckpoint = ${LAST_RESORT_PAGES}`);
                return db;
            }
            catch (error) {
                db.close();
                throw error;
            }
        };
        try {
            return new SqliteConnection(await retryWhileBusy(open, performance.now() + options.lockWaitMs), options);
        }
        catch (error) {
            throw portError(error);
        }
    }
    get(sql, ...bindings) {
        const prepared = this.prepared(sql);
        const values = prepared.statement.get(...bindings);
        return values === undefined ? undefined : rowOf(prepared, values);
    }
    all(sql, ...bindings) {
        const prepared = this.prepared(sql);
        const rows = prepared.statement.all(...bindings);
        return rows.map((values) => rowOf(prepared, values));
    }
    /** The same, one by one, as far as they are asked for; nothing else may run meanwhile. */
    *each(sql, ...bindings) {
        const prepared = this.prepared(sql);
        for (const values of prepared.statement.iterate(...bindings))
            yield rowOf(prepared, values);
    }
    /** Answers the number of rows changed. */
    run(sql, ...bindings) {
        return this.prepared(sql).statement.run(...bindings).changes;
    }
    get inTransaction() {
        return this.db.inTransaction;
    }
    /** Runs quick reads. @throws StorageUnavailableError when the lock does not come free in time. */
    read(work) {
        return this.persistently(work);
    }
    /**
     * Runs `work` in an immediate transaction, perhaps among others that were asked for at the same time; it may run more than
     * once, and must not wait for anything. What it throws undoes it alone.
     *
     * Resolves when it is on the disk; whoever reads meanwhile may see it before that.
     *
     * @throws StorageUnavailableError when the lock does not come free in time, then nothing was changed; or when the disk fails,
     *   then nobody knows.
     */
    write(work) {
        return new Promise((resolve, reject) => {
            let answer;
            this.waiting.push({
                work: () => {
                    answer = work();
                },
                done: () => {
                    resolve(answer);
                },
                fail: reject,
                deadline: this.deadline(),
            });
            this.writing ??= this.writeWaiting();
        });
    }
    /**
     * `write` for a batch: an item that the database cannot take is undone and refused alone, the others are kept.
     *
     * @param each makes what writes the items of one transaction.
     */
    async writeEach(items, each, refuse) {
        if (items.length === 0)
            return [];
        const batch = (write) => this.write(() => {
            const { one, end } = each();
            const answers = items.map((item) => write(one, item));
            end();
            return answers;
        });
        try {
            return await batch((one, item) => one(item));
        }
        catch (error) {
            if (!isDataError(error))
                throw error;
        }
        // Only now: inside a savepoint every statement keeps a copy of each page that it changes, at ten times the cost.
        return batch((one, item) => {
            try {
                return savepoint(this, () => one(item));
            }
            catch (error) {
                if (!isDataError(error))
                    throw error;
                return refuse(item, error);
            }
        });
    }
    /** Changes whenever another connection has committed; `null` when it cannot be told just now. */
    dataVersion() {
        try {
            return Number(this.get('pragma data_version')?.['data_version']);
        }
        catch {
            return null;
        }
    }
    /** Closes after what is under way. */
    async close() {
        await this.writing;
        await this.folding?.close();
        await this.wal.close();
        this.db.close();
    }
    /** The statement of this text; parsed once. */
    prepared(sql) {
        const known = this.statements.get(sql);
        if (known !== undefined)
            return known;
        if (this.statements.size >= MAX_STATEMENTS)
            this.statements.clear();
        const statement = this.db.prepare(sql);
        if (statement.reader)
            statement.raw();
        const prepared = { statement, columns: [] };
        this.statements.set(sql, prepared);
        return prepared;
    }
    async writeWaiting() {
        // Those who ask in the same turn go together.
        await Promise.resolve();
        while (this.waiting.length > 0) {
            const written = await this.writeTogether();
            try {
                // A job that was acknowledged must outlive a power cut, not only a crash of this process.
                if (this.isUnsynced)
                    await (this.options.sync ?? (() => this.wal.sync()))();
                // Else callers who ask again and again would leave nobody else a turn.
                else
                    await nextTurn();
                this.isUnsynced = false;
                for (const { done } of written)
                    done();
            }
            catch (error) {
                this.options.reachability.failed();
                for (const { fail } of written)
                    fail(new StorageUnavailableError(error));
            }
            await this.folding?.betweenCommits();
        }
        this.writing = null;
    }
    /** 0 when it cannot be told just now. */
    logPages() {
        try {
            return Number(this.get('pragma wal_checkpoint(noop)')?.['log'] ?? 0);
        }
        catch {
            return 0;
        }
    }
    /** One transaction for as many of those that wait as it may take; answers which of them are committed. */
    async writeTogether() {
        const taken = [];
        const deadline = Math.min(...this.waiting.map((write) => write.deadline));
        try {
            await this.transaction(deadline, () => {
                const startedAt = performance.now();
                taken.length = 0;
                do {
                    const write = this.waiting[taken.length];
                    taken.push(write);
                    write.work();
                } while (taken.length < this.waiting.length && performance.now() - startedAt < TURN_MS);
            });
            return this.waiting.splice(0, taken.length);
        }
        catch (error) {
            const failed = this.waiting.splice(0, Math.max(1, taken.length));
            if (failed.length > 1 && !(error instanceof StorageUnavailableError))
                return this.writeEachAlone(failed);
            for (const { fail } of failed)
                fail(error);
            return [];
        }
    }
    /** Answers which of them are committed. */
    async writeEachAlone(writes) {
        const written = [];
        for (const write of writes) {
            try {
                await this.transaction(write.deadline, write.work);
                written.push(write);
            }
            catch (error) {
                write.fail(error);
            }
        }
        return written;
    }
    transaction(deadline, work) {
        return this.persistently(() => {
            this.run('begin immediate');
            try {
                const changesBefore = this.totalChanges();
                work();
                this.run('commit');
                this.isUnsynced ||= this.totalChanges() !== changesBefore;
            }
            catch (error) {
                // A full disk may already have rolled back.
                if (this.db.inTransaction)
                    this.run('rollback');
                throw error;
            }
        }, deadline);
    }
    totalChanges() {
        return Number(this.get('select total_changes() as total')?.['total']);
    }
    async persistently(work, deadline = this.deadline()) {
        try {
            const result = await retryWhileBusy(work, deadline);
            this.options.reachability.answered();
            return result;
        }
        catch (error) {
            const failure = portError(error);
            if (failure !== error)
                this.options.reachability.failed();
            throw failure;
        }
    }
    deadline() {
        return performance.now() + this.options.lockWaitMs;
    }
}
function rowOf(prepared, values) {
    // A migration of another process may have added columns since.
    if (prepared.columns.length !== values.length)
        prepared.columns = prepared.statement.columns().map(({ name }) => name);
    const row = {};
    const { columns } = prepared;
    for (let place = 0; place < columns.length; place += 1)
        row[columns[place]] = values[place];
    return row;
}
//# sourceMappingURL=sqlite-connection.js.map