/** Events of a job of which its callback can be told; all of them are written when a run ends, or when a queued job is cancelled. */
export const CALLBACK_EVENTS = ['succeeded', 'failed', 'cancelled', 'retry_scheduled'];
/** What is told when nobody says more: how the job ended. */
export const DEFAULT_CALLBACK_EVENTS = ['succeeded', 'failed', 'cancelled'];
export const MAX_CALLBACK_URL = 2_048;
/** A callback as it may be shown: what a query string says is often a secret. */
export function shownCallback({ url, events }) {
    const [address = '', query] = url.replace(/#.*$/s, '').split(/\?(.*)/s);
    if (query === undefined)
        return { url: address, events };
    const shown = query
        .split('&')
        .map((pair) => pair.replace(/=.*$/s, '=***'))
        .join('&');
    return { url: `${address}?${shown}`, events };
}
//# sourceMappingURL=callback.js.map