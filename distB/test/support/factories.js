import { attemptEnd } from '../../src/domain/attempt.js';
import { newJob } from '../../src/domain/job.js';
import { uuid } from './ids.js';
export const NOON = new Date(Date.UTC(2026, 0, 1, 12));
/** A definition as published; unlimited unless told otherwise. */
export function aDefinition(facts = {}) {
    return {
        key: 'work',
        version: 1,
        defaultMaxAttempts: 3,
        timeoutSeconds: 60,
        concurrencyLimit: 0,
        paramsSchema: null,
        isolation: 'inline',
        paused: false,
        ...facts,
    };
}
/** A job as a caller asks for it: `work@1`, due at once. */
export function aRequest(facts = {}) {
    return {
        definitionKey: 'work',
        definitionVersion: 1,
        params: {},
        priority: 0,
        maxAttempts: 3,
        runAt: null,
        idempotency: null,
        callback: null,
        traceparent: null,
        scheduleId: null,
        ...facts,
    };
}
export function aNewJob(facts = {}, id = uuid(1), now = NOON) {
    return newJob(aRequest(facts), id, now);
}
/** A job in its first run, by a worker whose incarnation is `uuid(0xfff)`. */
export function aRunningJob(facts = {}) {
    const { idempotency: _idempotency, ...job } = aNewJob();
    const run = facts.run ?? 1;
    return {
        ...job,
        status: 'running',
        attempts: 1,
        run,
        startedAt: NOON,
        workerName: 'worker-1',
        lease: { jobId: facts.id ?? job.id, run, incarnation: uuid(0xfff) },
        ...facts,
    };
}
export function aWorker(facts = {}) {
    return {
        incarnation: uuid(0xfff),
        name: 'worker-1',
        host: 'host-1',
        pid: 4711,
        version: '1.2.3',
        slots: 4,
        definitions: [{ key: 'work', version: 1 }],
        ...facts,
    };
}
/** A schedule of `work`, each minute since noon, which has its first slot a minute later. */
export function aSchedule(facts = {}) {
    return {
        id: uuid(0x5ced),
        name: 'every minute',
        definitionKey: 'work',
        definitionVersion: null,
        params: {},
        priority: 0,
        maxAttempts: null,
        cron: null,
        everySeconds: 60,
        timezone: 'UTC',
        startsAt: null,
        endsAt: null,
        enabled: true,
        catchUp: 'last',
        maxCatchUp: 100,
        overlap: 'allow',
        createdAt: NOON,
        decidedUntil: NOON,
        nextRunAt: new Date(NOON.getTime() + 60_000),
        lastRunAt: null,
        waitingSlot: null,
        declared: null,
        revision: 1,
        ...facts,
    };
}
/** Outcomes as the domain would decide them, short enough for a test of a store. */
export const outcomeOf = {
    succeeded(job, result = null) {
        const events = [{ type: 'succeeded', payload: { attempt: job.attempts } }];
        return {
            ...accountOf(job),
            kind: 'succeeded',
            result,
            crashes: 0,
            errorSummary: null,
            events,
            attempt: attemptEnd(job, 'succeeded', null),
            deliveries: [],
        };
    },
    cancelled(job) {
        const attempt = attemptEnd(job, 'cancelled', null);
        const events = [{ type: 'cancelled', payload: {} }];
        return { ...accountOf(job), kind: 'cancelled', events, attempt, deliveries: [] };
    },
    requeued(job, runAt, errorSummary = 'try again') {
        const payload = { attempt: job.attempts, error: errorSummary, runAt: runAt.toISOString() };
        return {
            ...accountOf(job),
            kind: 'requeued',
            runAt,
            errorSummary,
            events: [{ type: 'retry_scheduled', payload }],
            attempt: attemptEnd(job, 'error', errorSummary),
            deliveries: [],
        };
    },
    dead(job, deadLetterId, errorSummary = 'no more') {
        const reason = 'attempts_exhausted';
        const events = [
            { type: 'moved_to_dlq', payload: { dlqJobId: deadLetterId, reason } },
            { type: 'failed', payload: { attempt: job.attempts, error: errorSummary, reason } },
        ];
        const attempt = attemptEnd(job, 'error', errorSummary);
        const account = { ...accountOf(job), errorSummary, events };
        return { ...account, kind: 'dead', deadLetterId, reason, attempt, deliveries: [] };
    },
};
function accountOf({ attempts, crashes, interruptions, errorSummary }) {
    return { attempts, crashes, interruptions, errorSummary };
}
//# sourceMappingURL=factories.js.map