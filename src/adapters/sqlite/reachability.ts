/** Since when the database has answered without a gap. */
export class Reachability {
  private sinceDate: Date
  private away = false

  /**
   * @param onFailure called with the first failure after an answer.
   * @param onReturn called with the first answer after a failure.
   */
  constructor(
    private readonly now: () => Date,
    private readonly onFailure: (error: unknown) => void = () => undefined,
    private readonly onReturn: () => void = () => undefined,
  ) {
    this.sinceDate = now()
  }

  since(): Date {
    return this.sinceDate
  }

  answered(): void {
    if (!this.away) return
    this.startOver()
    this.onReturn()
  }

  failed(error: unknown): void {
    if (!this.away) this.onFailure(error)
    this.away = true
  }

  /** What was seen before says nothing any more. */
  startOver(): void {
    this.away = false
    this.sinceDate = this.now()
  }
}
