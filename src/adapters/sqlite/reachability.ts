/** Since when the database has answered without a gap. */
export class Reachability {
  private sinceDate: Date
  private away = false

  constructor(private readonly now: () => Date) {
    this.sinceDate = now()
  }

  since(): Date {
    return this.sinceDate
  }

  answered(): void {
    if (this.away) this.startOver()
  }

  failed(): void {
    this.away = true
  }

  /** What was seen before says nothing any more. */
  startOver(): void {
    this.away = false
    this.sinceDate = this.now()
  }
}
