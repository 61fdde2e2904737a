/** Runs that take less may wait for each other. */
const BRIEF_MS = 1
/** What the latest run counts for among those before it. */
const WEIGHT = 0.1

/**
 * Which definitions have brief runs: most of their latest ones were.
 *
 * Counted, not averaged: a run that the system did not let go on for a while says nothing about the next one.
 */
export class RunTimes {
  /** The share of brief ones, later runs counting more; nothing is known of a definition before its first runs. */
  private readonly brief = new Map<string, number>()

  add(definition: string, ms: number): void {
    const share = this.brief.get(definition) ?? 0
    this.brief.set(definition, share + ((ms < BRIEF_MS ? 1 : 0) - share) * WEIGHT)
  }

  areBrief(definition: string): boolean {
    return (this.brief.get(definition) ?? 0) > 0.5
  }
}
