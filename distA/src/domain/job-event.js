import { FINAL_STATUSES } from './job.js';
/** Events that the server writes, together with the transition that each names. */
export const LIFECYCLE_EVENTS = [
    'queued',
    'started',
    'succeeded',
    'failed',
    'retry_scheduled',
    'cancel_requested',
    'cancelled',
    'lease_lost',
    'interrupted',
    'snoozed',
    'moved_to_dlq',
    'events_dropped',
];
/** Events that handlers may keep with one job; then one `events_dropped`, then none. */
export const MAX_HANDLER_EVENTS = 10_000;
/** Size of one handler event's payload as JSON text, in bytes. */
export const MAX_EVENT_BYTES = 64 * 1024;
/** A handler may name its events freely, but not like the server's own. */
export function isHandlerEventType(type) {
    return (/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/.test(type) && !LIFECYCLE_EVENTS.includes(type));
}
/** The event named like a final status is its job's last; no handler can write one. */
export function isLastEvent({ type }) {
    return FINAL_STATUSES.includes(type);
}
//# sourceMappingURL=job-event.js.map