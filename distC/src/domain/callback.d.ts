/** Events of a job of which its callback can be told; all of them are written when a run ends, or when a queued job is cancelled. */
export declare const CALLBACK_EVENTS: readonly ["succeeded", "failed", "cancelled", "retry_scheduled"];
export type CallbackEvent = (typeof CALLBACK_EVENTS)[number];
/** What is told when nobody says more: how the job ended. */
export declare const DEFAULT_CALLBACK_EVENTS: readonly CallbackEvent[];
export declare const MAX_CALLBACK_URL = 2048;
/** Who wants to be told what becomes of a job. */
export interface Callback {
    readonly url: string;
    readonly events: readonly CallbackEvent[];
}
/** A callback as it may be shown: what a query string says is often a secret. */
export declare function shownCallback({ url, events }: Callback): Callback;
