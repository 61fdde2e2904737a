import { z } from 'zod';
import { defineJob } from '../../application/default-registry.js';
import { CALLBACK_EVENTS } from '../../domain/callback.js';
import { DELIVERY, DELIVERY_ATTEMPTS, DELIVERY_POLICY, refusedWith } from '../../domain/delivery.js';
import { PermanentError, RetryAfterError } from '../../domain/handler-signals.js';
import { backoffMs } from '../../domain/retry-policy.js';
import { guardedRequest } from './guarded-request.js';
import { webhookHeaders } from './webhook-headers.js';
/** A receiver that has not answered by then has failed. */
const ANSWER_MS = 15_000;
const TIMEOUT_SECONDS = 60;
const MAX_RETRY_AFTER_SECONDS = 86_400;
const GONE = 410;
const params = z.object({
    messageId: z.string(),
    jobId: z.string(),
    event: z.enum(CALLBACK_EVENTS),
    occurredAt: z.string(),
});
/**
 * Tells a callback of one event of its job, in the manner of Standard Webhooks. Any 2xx is a success, 410 ends it for good, everything
 * else is tried again after delays of its own, or as `Retry-After` asks.
 */
export function deliverCallback(deps) {
    const { findJob, secrets, policy, now, timeoutMs = ANSWER_MS, resolve } = deps;
    return defineJob({
        ...DELIVERY,
        defaultMaxAttempts: DELIVERY_ATTEMPTS,
        timeoutSeconds: TIMEOUT_SECONDS,
        concurrencyLimit: deps.concurrencyLimit,
        // Light, trusted, and often many: a process for each would cost more than the request.
        isolation: 'inline',
        params,
        async run({ messageId, jobId, event, occurredAt }, ctx) {
            const found = await findJob(jobId);
            if (found === null)
                throw new PermanentError('the job that it tells of is not kept any more');
            const body = JSON.stringify({ type: `job.${event}`, timestamp: occurredAt, data: found.view });
            const later = (reason, seconds = 0) => {
                const delayMs = backoffMs(ctx.attempt, DELIVERY_POLICY, deps.random());
                return new RetryAfterError(Math.max(seconds, delayMs / 1000), reason);
            };
            const response = await guardedRequest({
                url: found.url,
                method: 'POST',
                body,
                headers: {
                    ...webhookHeaders({ id: messageId, at: now(), body, secrets }),
                    ...(ctx.traceparent === null ? {} : { traceparent: ctx.traceparent }),
                },
                headOnly: true,
                signal: ctx.abortSignal,
                policy,
                timeoutMs,
                ...(resolve === undefined ? {} : { resolve }),
            }).catch((error) => {
                if (error instanceof PermanentError || ctx.abortSignal.aborted)
                    throw error;
                throw later(`the receiver cannot be reached: ${reasonOf(error)}`);
            });
            const { status } = response;
            if (status >= 200 && status < 300)
                return { httpStatus: status };
            if (status === GONE)
                throw new PermanentError(refusedWith(status));
            throw later(refusedWith(status), retryAfterSeconds(response, now()));
        },
    });
}
/** Seconds, or an instant as HTTP writes it; no more than a day. */
function retryAfterSeconds({ headers }, now) {
    const value = headers['retry-after'] ?? '';
    const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now.getTime()) / 1000;
    return seconds > 0 ? Math.min(seconds, MAX_RETRY_AFTER_SECONDS) : 0;
}
/** A connection that was tried at several addresses has no message of its own. */
function reasonOf(error) {
    const { message, code } = error;
    return message || code || 'no reason was given';
}
//# sourceMappingURL=deliver-callback.js.map