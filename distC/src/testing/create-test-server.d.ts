import type { JobServerOptions } from '../bootstrap/job-server-options.js';
import { TestServer } from './test-server.js';
export interface TestServerOptions extends Pick<JobServerOptions, 'definitions' | 'retryPolicy' | 'logger'> {
    /** What the clock shows at first. Default: noon of 1 January 2026, UTC. */
    readonly now?: Date;
    /** Jobs that may run at once. Default 10. */
    readonly slots?: number;
}
/**
 * A job server in memory for tests of what jobs do: it opens no database, port, process or timer, and nothing in it moves but by
 * `runUntilIdle` and `advance`. Delays between attempts have no jitter, and ids are the same in every run. Needs no stop.
 *
 * Callbacks are not sent: their deliveries stay queued, as jobs of `callback.deliver`.
 *
 * @throws JobServerError `validation-error` for a malformed definition; ConfigError for a malformed option.
 */
export declare function createTestServer(options?: TestServerOptions): Promise<TestServer>;
