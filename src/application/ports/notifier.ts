/** In place of a definition key: the cancellation of running jobs was asked for. No definition can have this key. */
export const CANCEL_HINT = '!cancel'

/**
 * @param definitionKeys empty when anything may have work.
 * @param dueAt as it was hinted.
 * @param jobs as it was hinted by another process; left out in the process of the hint itself, which looks at once.
 */
export type OnHint = (definitionKeys: readonly string[], dueAt?: Date, jobs?: number) => void

/** Hints that a definition may have work: quick, lossy, never relied upon — polling is the promise. */
export interface Notifier {
  /**
   * Says after a commit that jobs of these definition keys may have become claimable. Never throws, never waits.
   *
   * @param dueAt when the first of them is due, so that nobody looks for it earlier. Default: now.
   * @param jobs how many they are, so that of many idle workers only some look at once. Default: any number.
   */
  hint(definitionKeys: readonly string[], dueAt?: Date, jobs?: number): void
  /** Calls back for each hint of any process, until the returned function is called. */
  subscribe(onHint: OnHint): () => void
  /** Hints of other processes have proved to arrive lately; while `false`, poll more often. */
  isProven(): boolean
}
