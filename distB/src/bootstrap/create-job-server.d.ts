import type { RequestListener } from 'node:http';
import { type Enqueuer, type JobClient } from './job-client.js';
import type { JobServerOptions } from './job-server-options.js';
import { type KoaMiddleware } from './koa-middleware.js';
/** A job server inside another program. It holds no global state, installs no signal handlers and never ends the process. */
export interface JobServer extends JobClient {
    /** Publishes the definitions, then begins to recover, to run jobs and to listen, as the options say. Once. */
    start(): Promise<void>;
    /** Takes no more work, lets running jobs end within their grace, gives back the rest, closes the database. For good: `start` and `enqueue` are refused then. */
    stop(): Promise<void>;
    /** The REST API as a request handler of `node:http`, to be mounted in a server of yours; from the start of this object. */
    callback(): RequestListener;
    /**
     * The REST API as middleware for a Koa application of yours, ahead of every body parser: it answers what is below `prefix`, such as
     * `/jobs`, and passes the rest on. Without one it answers everything that reaches it.
     *
     * @throws TypeError when the prefix is no path.
     */
    koaMiddleware(options?: {
        readonly prefix?: string;
    }): KoaMiddleware;
    /**
     * Takes jobs inside a transaction that you have open, of Knex over `pg` or `better-sqlite3`, on this server's database: they are there
     * if and when it commits, all or none. Await each call by itself, beside no other statement of that transaction.
     *
     * Workers are told after the commit if the process lives that long; if not, they find the jobs by polling, which is the promise.
     *
     * @throws TypeError when it is not an open transaction, or is of another kind of database.
     */
    within(transaction: unknown): Enqueuer;
    /** Where the API listens, or `null` while it does not. */
    readonly url: string | null;
}
/**
 * Opens (and migrates) the database and puts a server together; nothing runs before `start`.
 *
 * @throws JobServerError `validation-error` for a malformed definition; ConfigError for a malformed option; whatever the
 *   database refuses with.
 */
export declare function createJobServer(options?: JobServerOptions): Promise<JobServer>;
