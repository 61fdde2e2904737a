/** Runs that take less on average may wait for each other. */
const BRIEF_MS = 2
/** Before that nothing is known. */
const ENOUGH = 3
/** What the latest run counts for. */
const WEIGHT = 0.2

/** How long the latest runs of each definition took, later ones counting more. */
export class RunTimes {
  private readonly known = new Map<string, { runs: number; ms: number }>()

  add(definition: string, ms: number): void {
    const times = this.known.get(definition)
    if (times === undefined) this.known.set(definition, { runs: 1, ms })
    else {
      times.runs += 1
      times.ms += (ms - times.ms) * WEIGHT
    }
  }

  areBrief(definition: string): boolean {
    const times = this.known.get(definition)
    return times !== undefined && times.runs >= ENOUGH && times.ms < BRIEF_MS
  }
}
