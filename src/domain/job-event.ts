import { FINAL_STATUSES } from './job.js'
import type { JsonObject } from './json.js'

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
] as const

export interface NewEvent {
  readonly type: string
  readonly payload: JsonObject
}

/** What happened to a job. `id` counts from 1 within the job, in the order in which events became visible. */
export interface JobEvent extends NewEvent {
  readonly id: number
  readonly at: Date
}

/** Events that handlers may keep with one job; then one `events_dropped`, then none. */
export const MAX_HANDLER_EVENTS = 10_000
/** Size of one handler event's payload as JSON text, in bytes. */
export const MAX_EVENT_BYTES = 64 * 1024

/** A handler may name its events freely, but not like the server's own. */
export function isHandlerEventType(type: string): boolean {
  return (
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/.test(type) && !(LIFECYCLE_EVENTS as readonly string[]).includes(type)
  )
}

/** The event named like a final status is its job's last; no handler can write one. */
export function isLastEvent({ type }: NewEvent): boolean {
  return (FINAL_STATUSES as readonly string[]).includes(type)
}
