/** In place of a definition key: the cancellation of running jobs was asked for. No definition can have this key. */
export declare const CANCEL_HINT = "!cancel";
/** Hints that a definition may have work: quick, lossy, never relied upon — polling is the promise. */
export interface Notifier {
    /** Says after a commit that jobs of these definition keys may have become claimable. Never throws, never waits. */
    hint(definitionKeys: readonly string[]): void;
    /** Calls back for each hint of any process, until the returned function is called. */
    subscribe(onHint: (definitionKeys: readonly string[]) => void): () => void;
    /** Hints of other processes have proved to arrive lately; while `false`, poll more often. */
    isProven(): boolean;
}
