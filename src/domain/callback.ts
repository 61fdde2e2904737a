/** Events of a job of which its callback can be told; all of them are written when a run ends, or when a queued job is cancelled. */
export const CALLBACK_EVENTS = ['succeeded', 'failed', 'cancelled', 'retry_scheduled'] as const
export type CallbackEvent = (typeof CALLBACK_EVENTS)[number]
/** What is told when nobody says more: how the job ended. */
export const DEFAULT_CALLBACK_EVENTS: readonly CallbackEvent[] = ['succeeded', 'failed', 'cancelled']
export const MAX_CALLBACK_URL = 2_048

/** Who wants to be told what becomes of a job. */
export interface Callback {
  readonly url: string
  readonly events: readonly CallbackEvent[]
}

/** A callback as it may be shown: what a query string says is often a secret. */
export function shownCallback({ url, events }: Callback): Callback {
  const [address = '', query] = url.replace(/#.*$/s, '').split(/\?(.*)/s)
  if (query === undefined) return { url: address, events }
  const shown = query
    .split('&')
    .map((pair) => pair.replace(/=.*$/s, '=***'))
    .join('&')
  return { url: `${address}?${shown}`, events }
}
