import { Jobs } from './jobs.js';
import { Definitions, DeadLetters, Metrics } from './operators.js';
import type { Schemas } from './operations.js';
import { Schedules } from './schedules.js';
import { type CallOptions, type ClientOptions } from './transport.js';
import { Videos } from './videos.js';
/** A job server over HTTP. Holds no connection: there is nothing to close. */
export interface Client {
    readonly jobs: Jobs;
    readonly deadLetters: DeadLetters;
    readonly definitions: Definitions;
    readonly schedules: Schedules;
    readonly metrics: Metrics;
    readonly videos: Videos;
    /** Live workers. */
    workers(options?: CallOptions): Promise<readonly Schemas['Worker'][]>;
}
/** Makes a client; asks nothing yet. */
export declare function createClient(options: ClientOptions): Client;
