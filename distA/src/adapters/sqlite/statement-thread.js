import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { StorageUnavailableError } from '../../domain/errors.js';
/** Plain JavaScript in a string: the same from the sources and from the build, and started without a loader. */
const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads')
const Database = require(workerData.driver)
const db = new Database(workerData.path, { readonly: workerData.readonly, fileMustExist: true, timeout: 5000 })
const statements = new Map()
parentPort.on('message', ({ id, sql, bindings }) => {
  try {
    if (statements.size >= 500) statements.clear()
    if (!statements.has(sql)) statements.set(sql, db.prepare(sql))
    parentPort.postMessage({ id, rows: statements.get(sql).all(...bindings) })
  } catch (error) {
    parentPort.postMessage({ id, error: String(error && error.message) })
  }
})
`;
/**
 * Runs statements that may take long on a handle in a thread of their own, so that the event loop never waits for them.
 *
 * Starts with the first statement, starts again after it died, and keeps the process alive only while one is under way.
 */
export class StatementThread {
    path;
    access;
    worker = null;
    pending = new Map();
    lastId = 0;
    closed = false;
    constructor(path, access) {
        this.path = path;
        this.access = access;
    }
    /** @throws StorageUnavailableError when the statement fails, or the thread ends under it. */
    all(sql, bindings) {
        if (this.closed)
            return Promise.reject(new StorageUnavailableError(null, 'the database was closed'));
        const worker = (this.worker ??= this.start());
        const id = ++this.lastId;
        return new Promise((resolve, reject) => {
            this.pending.set(id, { resolve, reject });
            worker.ref();
            worker.postMessage({ id, sql, bindings });
        });
    }
    async close() {
        this.closed = true;
        await this.worker?.terminate();
    }
    start() {
        const driver = createRequire(import.meta.url).resolve('better-sqlite3');
        // No loader of the parent's: it would cost more than the thread itself.
        const worker = new Worker(SOURCE, {
            eval: true,
            execArgv: [],
            workerData: { path: this.path, readonly: this.access === 'reads', driver },
        });
        worker.on('message', (answer) => {
            this.answer(answer);
        });
        worker.on('error', (error) => {
            this.lose(worker, error);
        });
        worker.on('exit', () => {
            this.lose(worker, new Error('the thread ended'));
        });
        return worker;
    }
    answer(answer) {
        const pending = this.pending.get(answer.id);
        this.pending.delete(answer.id);
        if (this.pending.size === 0)
            this.worker?.unref();
        if ('rows' in answer)
            pending?.resolve(answer.rows);
        else
            pending?.reject(new StorageUnavailableError(new Error(answer.error)));
    }
    lose(worker, cause) {
        if (this.worker !== worker)
            return;
        this.worker = null;
        const lost = [...this.pending.values()];
        this.pending.clear();
        for (const { reject } of lost)
            reject(new StorageUnavailableError(cause));
    }
}
//# sourceMappingURL=statement-thread.js.map