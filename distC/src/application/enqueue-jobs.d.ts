import { type CallbackEvent } from '../domain/callback.js';
import { JobServerError } from '../domain/errors.js';
import { type Job, type NewJob } from '../domain/job.js';
import { type JsonObject, type JsonValue } from '../domain/json.js';
import { type Backlog } from './backlog.js';
import type { JobRegistry } from './job-registry.js';
import type { Clock } from './ports/clock.js';
import type { DefinitionStore } from './ports/definition-store.js';
import type { InsertAnswer, JobStore, RefusedAnswer } from './ports/job-store.js';
import type { Notifier } from './ports/notifier.js';
import { type TransitionLog } from './transition-log.js';
/** What a caller asks for; everything but the definition key has a default. */
export interface EnqueueRequest {
    readonly definitionKey: string;
    /** Default: the newest published. */
    readonly definitionVersion?: number | undefined;
    readonly params?: JsonObject | undefined;
    readonly priority?: number | undefined;
    /** Default: the definition's. */
    readonly maxAttempts?: number | undefined;
    /** At most one of `runAt` and `delaySeconds`; neither: due at once. */
    readonly runAt?: Date | undefined;
    readonly delaySeconds?: number | undefined;
    /** Who is told what becomes of the job. Default of `events`: how it ended. */
    readonly callback?: {
        readonly url: string;
        readonly events?: readonly CallbackEvent[] | undefined;
    } | undefined;
    readonly idempotency?: {
        readonly key: string;
        readonly body: JsonValue;
    } | undefined;
    /** W3C Trace Context of whoever asks; what is not valid is passed over. */
    readonly traceparent?: string | undefined;
}
export interface Accepted {
    readonly job: Job;
    /** It was there already, by its idempotency key. */
    readonly duplicate: boolean;
}
export type EnqueueAnswer = Accepted | {
    readonly error: JobServerError;
};
/** Where accepted jobs go, and who is told of them. */
export interface EnqueueTarget {
    readonly jobs: Pick<JobStore, 'insert'>;
    readonly notifier: Pick<Notifier, 'hint'>;
    readonly log: Pick<TransitionLog, 'queued'>;
}
/**
 * Accepts jobs: checks each against its published definition and, where the module is loaded, its params schema, then
 * keeps them. A refused request never stops the others.
 *
 * @returns one answer per request, same order. An answered job is durable.
 * @throws StorageUnavailableError; then nothing was kept, or the same idempotency key finds what was.
 */
export declare class EnqueueJobs {
    private readonly store;
    private readonly definitions;
    private readonly registry;
    private readonly notifier;
    private readonly clock;
    private readonly newId;
    private readonly sha256;
    /** Why a callback may not go to this URL, as far as its text tells; `null` when it may. */
    private readonly callbackFlaw;
    /** `null`: any number of jobs may wait. */
    private readonly backlog;
    private readonly log;
    constructor(store: EnqueueTarget['jobs'], definitions: Pick<DefinitionStore, 'find'>, registry: JobRegistry, notifier: EnqueueTarget['notifier'], clock: Clock, newId: () => string, sha256: (text: string) => string, 
    /** Why a callback may not go to this URL, as far as its text tells; `null` when it may. */
    callbackFlaw: (url: string) => string | null, 
    /** `null`: any number of jobs may wait. */
    backlog?: Backlog | null, log?: EnqueueTarget['log']);
    execute(requests: readonly EnqueueRequest[]): Promise<readonly EnqueueAnswer[]>;
    /** The jobs that these requests ask for, or why one cannot be accepted; one for each, same order. Keeps nothing. */
    checkAll(requests: readonly EnqueueRequest[]): Promise<readonly (NewJob | JobServerError)[]>;
    /** Tells workers and the log of what was inserted. */
    tell(inserted: readonly (InsertAnswer | null)[]): void;
    /** Inserts as many as there is room for; of the rest only what is there already has an answer. */
    private keep;
    private check;
    private checkCallback;
    private idempotencyOf;
    /** Delayed jobs too: a worker that sleeps must learn that it has to wake up earlier than it thought. */
    private hintWorkers;
}
export declare function isRefused(job: NewJob | JobServerError): job is JobServerError;
export declare function errorOf(refusal: RefusedAnswer): JobServerError;
