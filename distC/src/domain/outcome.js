import { attemptEnd } from './attempt.js';
import { deliveriesOf } from './delivery.js';
import { scrubText } from './json.js';
import { backoffMs } from './retry-policy.js';
import { MAX_ERROR_SUMMARY } from './run-result.js';
const CRASH_LOOP = 3;
const MAX_DELAY_MS = 10 * 365 * 24 * 3_600_000;
/**
 * What the end of a run means for its job.
 *
 * A success always counts, even after a cancel was asked for; with a cancel asked, every other end is a cancellation.
 */
export function decideOutcome(job, result, at) {
    const decision = decideEnd(job, result, at);
    return {
        attempt: attemptEnd(job, result.kind, errorOf(result), result),
        deliveries: deliveriesOf(job, decision.events, at),
        ...decision,
    };
}
function decideEnd(job, result, at) {
    if (result.kind === 'succeeded') {
        const { attempts, interruptions } = job;
        const events = [{ type: 'succeeded', payload: { attempt: attempts } }];
        const account = { attempts, crashes: 0, interruptions, errorSummary: null, events };
        return { kind: 'succeeded', result: result.result, ...account };
    }
    if (job.status === 'cancelling' || result.kind === 'cancelled')
        return cancelled(job, []);
    switch (result.kind) {
        case 'interrupted':
            return givenBack(job, 'interrupted', at.now);
        case 'snoozed':
            return {
                ...givenBack(job, 'snoozed', later(at.now, result.delayMs)),
                crashes: 0,
                interruptions: job.interruptions,
            };
        case 'error': {
            const delayMs = result.retryAfterMs ?? backoffMs(job.attempts, at.policy, at.random);
            const reason = result.permanent === true ? 'permanent' : exhausted(job);
            const failed = { ...job, crashes: 0 };
            return reason === null
                ? retried(failed, result.message, delayMs, at)
                : dead(failed, result.message, reason, [], at);
        }
        case 'timeout': {
            const message = timeoutMessage(result.timeoutMs);
            const reason = exhausted(job);
            const failed = { ...job, crashes: 0 };
            const delayMs = backoffMs(job.attempts, at.policy, at.random);
            return reason === null ? retried(failed, message, delayMs, at) : dead(failed, message, reason, [], at);
        }
        case 'crashed':
        case 'oom': {
            const crashed = { ...job, crashes: job.crashes + 1 };
            const reason = lost(crashed);
            return reason === null
                ? retried(crashed, result.message, crashDelayMs(crashed, at), at)
                : dead(crashed, result.message, reason, [], at);
        }
    }
}
/** What went wrong, for people; `null` when nothing did. */
export function errorOf(result) {
    if (result.kind === 'timeout')
        return timeoutMessage(result.timeoutMs);
    return 'message' in result ? result.message : null;
}
function timeoutMessage(timeoutMs) {
    return `timed out after ${timeoutMs / 1000} s`;
}
/** Whether another attempt follows this end, as `decideOutcome` will decide unless a cancel comes first. */
export function willRetry(job, result) {
    switch (result.kind) {
        case 'succeeded':
        case 'cancelled':
            return false;
        case 'error':
            return result.permanent !== true && exhausted(job) === null;
        case 'timeout':
            return exhausted(job) === null;
        case 'crashed':
        case 'oom':
            return lost({ ...job, crashes: job.crashes + 1 }) === null;
        case 'snoozed':
        case 'interrupted':
            return true;
    }
}
/**
 * What becomes of an active job whose worker is dead.
 *
 * @param interrupted the lease ran out because the database itself was away: the attempt is given back.
 */
export function decideOrphan(job, interrupted, at) {
    const decision = decideLoss(job, interrupted, at);
    return {
        attempt: interrupted
            ? attemptEnd(job, 'interrupted', null)
            : attemptEnd(job, 'lease_lost', lossMessage(job)),
        deliveries: deliveriesOf(job, decision.events, at),
        ...decision,
    };
}
function decideLoss(job, interrupted, at) {
    const workerId = job.workerName;
    if (job.status === 'cancelling')
        return cancelled(job, [{ type: 'lease_lost', payload: { workerId, runAt: null } }]);
    if (interrupted)
        return givenBack(job, 'interrupted', at.now);
    const crashed = { ...job, crashes: job.crashes + 1 };
    const message = lossMessage(job);
    const reason = lost(crashed);
    if (reason !== null)
        return dead(crashed, message, reason, [{ type: 'lease_lost', payload: { workerId, runAt: null } }], at);
    const runAt = later(at.now, crashDelayMs(crashed, at));
    const events = [{ type: 'lease_lost', payload: { workerId, runAt: runAt.toISOString() } }];
    return { ...accountOf(crashed), kind: 'requeued', runAt, errorSummary: summary(message), events };
}
function lossMessage({ workerName }) {
    return `worker ${workerName ?? 'unknown'} stopped renewing its lease`;
}
function accountOf(job) {
    const { attempts, crashes, interruptions, errorSummary } = job;
    return { attempts, crashes, interruptions, errorSummary };
}
function cancelled(job, before) {
    return { ...accountOf(job), kind: 'cancelled', events: [...before, { type: 'cancelled', payload: {} }] };
}
function givenBack(job, type, runAt) {
    return {
        ...accountOf(job),
        kind: 'requeued',
        runAt,
        attempts: job.attempts - 1,
        interruptions: job.interruptions + 1,
        events: [{ type, payload: { runAt: runAt.toISOString() } }],
    };
}
function retried(job, message, delayMs, at) {
    const runAt = later(at.now, delayMs);
    const error = summary(message);
    const payload = { attempt: job.attempts, error, runAt: runAt.toISOString() };
    const events = [{ type: 'retry_scheduled', payload }];
    return { ...accountOf(job), kind: 'requeued', runAt, errorSummary: error, events };
}
function dead(job, message, reason, before, at) {
    const deadLetterId = at.newId();
    const error = summary(message);
    const events = [
        ...before,
        { type: 'moved_to_dlq', payload: { dlqJobId: deadLetterId, reason } },
        { type: 'failed', payload: { attempt: job.attempts, error, reason } },
    ];
    return { ...accountOf(job), kind: 'dead', deadLetterId, reason, errorSummary: error, events };
}
function exhausted(job) {
    return job.attempts >= job.maxAttempts ? 'attempts_exhausted' : null;
}
function lost(crashed) {
    return crashed.crashes >= CRASH_LOOP ? 'crash_loop' : exhausted(crashed);
}
/** The first crash in a row may be the machine's fault and is tried again at once; the second waits. */
function crashDelayMs(crashed, at) {
    return crashed.crashes <= 1 ? 0 : backoffMs(crashed.crashes - 1, at.policy, at.random);
}
/** A handler may ask for any delay; no more than ten years keeps the instant one that every store can hold. */
function later(now, delayMs) {
    return new Date(now.getTime() + Math.round(Math.min(MAX_DELAY_MS, Math.max(0, delayMs))));
}
function summary(message) {
    const text = scrubText(message);
    return text.length <= MAX_ERROR_SUMMARY ? text : scrubText(`${text.slice(0, MAX_ERROR_SUMMARY - 1)}…`);
}
//# sourceMappingURL=outcome.js.map