import type { JsonObject } from './json.js';
/** Events that the server writes, together with the transition that each names. */
export declare const LIFECYCLE_EVENTS: readonly ["queued", "started", "succeeded", "failed", "retry_scheduled", "cancel_requested", "cancelled", "lease_lost", "interrupted", "snoozed", "moved_to_dlq", "events_dropped"];
export interface NewEvent {
    readonly type: string;
    readonly payload: JsonObject;
}
/** What happened to a job. `id` counts from 1 within the job, in the order in which events became visible. */
export interface JobEvent extends NewEvent {
    readonly id: number;
    readonly at: Date;
}
/** Events that handlers may keep with one job; then one `events_dropped`, then none. */
export declare const MAX_HANDLER_EVENTS = 10000;
/** Size of one handler event's payload as JSON text, in bytes. */
export declare const MAX_EVENT_BYTES: number;
/** A handler may name its events freely, but not like the server's own. */
export declare function isHandlerEventType(type: string): boolean;
/** The event named like a final status is its job's last; no handler can write one. */
export declare function isLastEvent({ type }: NewEvent): boolean;
