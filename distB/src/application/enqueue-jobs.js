import { DEFAULT_CALLBACK_EVENTS } from '../domain/callback.js';
import { JobServerError } from '../domain/errors.js';
import { newJob } from '../domain/job.js';
import { canonicalJson } from '../domain/json.js';
import { traceparentOf } from '../domain/trace-context.js';
import { backlogFull } from './backlog.js';
import { isOpen, paramsFault, unknownDefinition } from './job-faults.js';
import { silentTransitions } from './transition-log.js';
/**
 * Accepts jobs: checks each against its published definition and, where the module is loaded, its params schema, then
 * keeps them. A refused request never stops the others.
 *
 * @returns one answer per request, same order. An answered job is durable.
 * @throws StorageUnavailableError; then nothing was kept, or the same idempotency key finds what was.
 */
export class EnqueueJobs {
    store;
    definitions;
    registry;
    notifier;
    clock;
    newId;
    sha256;
    callbackFlaw;
    backlog;
    log;
    constructor(store, definitions, registry, notifier, clock, newId, sha256, 
    /** Why a callback may not go to this URL, as far as its text tells; `null` when it may. */
    callbackFlaw, 
    /** `null`: any number of jobs may wait. */
    backlog = null, log = silentTransitions) {
        this.store = store;
        this.definitions = definitions;
        this.registry = registry;
        this.notifier = notifier;
        this.clock = clock;
        this.newId = newId;
        this.sha256 = sha256;
        this.callbackFlaw = callbackFlaw;
        this.backlog = backlog;
        this.log = log;
    }
    async execute(requests) {
        const checked = await this.checkAll(requests);
        const inserted = await this.keep(checked.filter((job) => !isRefused(job)));
        this.tell(inserted);
        let next = 0;
        return checked.map((job) => (isRefused(job) ? { error: job } : answerOf(inserted[next++])));
    }
    /** The jobs that these requests ask for, or why one cannot be accepted; one for each, same order. Keeps nothing. */
    async checkAll(requests) {
        const refs = requests.map(({ definitionKey: key, definitionVersion: version = 0 }) => ({ key, version }));
        const published = await this.definitions.find(refs);
        const now = this.clock.now();
        return requests.map((request, index) => this.check(request, published[index] ?? null, now));
    }
    /** Tells workers and the log of what was inserted. */
    tell(inserted) {
        this.hintWorkers(inserted);
        for (const answer of inserted)
            if (answer?.outcome === 'inserted')
                this.log.queued(answer.job);
    }
    /** Inserts as many as there is room for; of the rest only what is there already has an answer. */
    async keep(jobs) {
        const room = this.backlog === null ? jobs.length : await this.backlog.take(jobs.length);
        if (this.backlog === null || room === jobs.length)
            return this.store.insert(jobs);
        const inserted = room === 0 ? [] : await this.store.insert(jobs.slice(0, room));
        return [...inserted, ...(await this.backlog.replays(jobs.slice(room)))];
    }
    check(request, definition, now) {
        if (definition === null || !isOpen(definition))
            return unknownDefinition(request);
        const notAllowed = this.checkCallback(request);
        if (notAllowed !== null)
            return notAllowed;
        const params = request.params ?? {};
        const badParams = paramsFault(this.registry, definition, params);
        if (badParams !== null)
            return badParams;
        return newJob({
            definitionKey: definition.key,
            definitionVersion: definition.version,
            params,
            priority: request.priority ?? 0,
            maxAttempts: request.maxAttempts ?? definition.defaultMaxAttempts,
            runAt: request.delaySeconds === undefined
                ? (request.runAt ?? null)
                : new Date(now.getTime() + request.delaySeconds * 1000),
            idempotency: this.idempotencyOf(request),
            callback: callbackOf(request),
            traceparent: traceparentOf(request.traceparent),
            scheduleId: null,
        }, this.newId(), now);
    }
    checkCallback({ callback }) {
        const message = callback === undefined ? null : this.callbackFlaw(callback.url);
        if (message === null)
            return null;
        const flaws = [{ pointer: '/callback/url', message }];
        return new JobServerError('callback-not-allowed', `the callback may not go to this URL: it ${message}`, {
            flaws,
        });
    }
    idempotencyOf({ idempotency, definitionVersion }) {
        if (idempotency === undefined)
            return null;
        return {
            key: idempotency.key,
            version: definitionVersion ?? 0,
            bodyHash: this.sha256(canonicalJson(idempotency.body)),
        };
    }
    /** Delayed jobs too: a worker that sleeps must learn that it has to wake up earlier than it thought. */
    hintWorkers(inserted) {
        const keys = inserted.flatMap((answer) => answer?.outcome === 'inserted' ? [answer.job.definitionKey] : []);
        if (keys.length > 0)
            this.notifier.hint([...new Set(keys)]);
    }
}
export function isRefused(job) {
    return job instanceof JobServerError;
}
function answerOf(answer) {
    if (answer === null)
        return { error: backlogFull() };
    if (answer === undefined)
        throw new Error('the store answered fewer jobs than it was given');
    return 'job' in answer
        ? { job: answer.job, duplicate: answer.outcome === 'duplicate' }
        : { error: errorOf(answer) };
}
export function errorOf(refusal) {
    switch (refusal.outcome) {
        case 'key_reused': {
            const message = 'this idempotency key was used with another body';
            return new JobServerError('idempotency-key-reused', message, { fields: { jobId: refusal.jobId } });
        }
        case 'key_in_progress': {
            const message = 'another request with this idempotency key is still in flight';
            return new JobServerError('idempotency-in-progress', message, { retryAfterSeconds: 1 });
        }
        case 'rejected':
            return new JobServerError('params-invalid', `the job cannot be kept: ${refusal.reason}`);
    }
}
function callbackOf({ callback }) {
    if (callback === undefined)
        return null;
    return { url: callback.url, events: [...new Set(callback.events ?? DEFAULT_CALLBACK_EVENTS)] };
}
//# sourceMappingURL=enqueue-jobs.js.map