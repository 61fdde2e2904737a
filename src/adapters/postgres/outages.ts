/** What passes sooner was one connection that was cut: it costs nobody a lease. */
const GRACE_MS = 500

/** Since when the database has answered without a gap, as this process sees it; counted on the monotonic clock. */
export class Outages {
  private failingSinceMs: number | null = null
  private reachableAtMs: number

  /**
   * @param onFailure called once for each failure that follows an answer, to find out whether the database is there.
   * @param onReturn called with the first answer after an outage.
   */
  constructor(
    private readonly onFailure: (error: unknown) => void = () => undefined,
    private readonly onReturn: () => void = () => undefined,
    private readonly steadyMs: () => number = () => performance.now(),
  ) {
    this.reachableAtMs = steadyMs()
  }

  answered(): void {
    const wasAway = this.isAway()
    if (wasAway) this.reachableAtMs = this.steadyMs()
    this.failingSinceMs = null
    if (wasAway) this.onReturn()
  }

  failed(error: unknown): void {
    if (this.failingSinceMs !== null) return
    this.failingSinceMs = this.steadyMs()
    this.onFailure(error)
  }

  /** What was seen before says nothing any more. */
  startOver(): void {
    this.reachableAtMs = this.steadyMs()
  }

  /** While the database is away: now, so that nobody judges by what cannot be seen. */
  since(now: Date): Date {
    const forMs = this.isAway() ? 0 : this.steadyMs() - this.reachableAtMs
    return new Date(now.getTime() - forMs)
  }

  private isAway(): boolean {
    return this.failingSinceMs !== null && this.steadyMs() - this.failingSinceMs >= GRACE_MS
  }
}
