import { isFinished, newJob } from './job.js';
/** Deliveries are jobs of this definition; only the server itself makes them. */
export const DELIVERY = { key: 'callback.deliver', version: 1 };
/** With the delays of `DELIVERY_POLICY` the last attempt is about a day and a half after the first. */
export const DELIVERY_ATTEMPTS = 20;
export const DELIVERY_POLICY = { baseMs: 2_000, maxMs: 6 * 3_600_000, jitter: 0.3 };
/** What has happened is told before anything else begins. */
const DELIVERY_PRIORITY = 2_147_483_647;
export function isDelivery({ definitionKey }) {
    return definitionKey === DELIVERY.key;
}
/** Whether a callback asks to be told of an event. */
export function isAskedFor(callback, { type }) {
    return callback !== null && callback.events.includes(type);
}
/**
 * The deliveries that a transition calls for: one for each of its events that the job's callback asks for. They belong into the same
 * transaction as the events.
 */
export function deliveriesOf({ id: jobId, callback, traceparent }, events, { now, newId }) {
    return events
        .filter((event) => isAskedFor(callback, event))
        .map(({ type }) => {
        const id = newId();
        const params = { messageId: id, jobId, event: type, occurredAt: now.toISOString() };
        const request = { definitionKey: DELIVERY.key, definitionVersion: DELIVERY.version, params };
        const limits = { priority: DELIVERY_PRIORITY, maxAttempts: DELIVERY_ATTEMPTS };
        const rest = { runAt: null, idempotency: null, callback: null, traceparent, scheduleId: null };
        return newJob({ ...request, ...limits, ...rest }, id, now);
    });
}
/** What the error of a delivery says when its receiver has answered, but not well. */
export function refusedWith(httpStatus) {
    return `the receiver answered ${httpStatus}`;
}
/** What the receiver answered last; `null` when it has not, or the last attempt did not come so far. */
export function httpStatusOf(delivery) {
    const said = new RegExp(`^${refusedWith(0).replace('0', '(\\d{3})')}`).exec(delivery.errorSummary ?? '');
    if (said !== null)
        return Number(said[1]);
    const result = isFinished(delivery) ? delivery.result : null;
    const { httpStatus } = (result ?? {});
    return typeof httpStatus === 'number' ? httpStatus : null;
}
//# sourceMappingURL=delivery.js.map