/** Lets a few work at the same time; the others wait, in the order in which they came. */
export class Turns {
  private readonly waiting: (() => void)[] = []

  constructor(private free: number) {}

  /** @throws the signal's reason when it aborts before the turn has come, and what the work throws. */
  async take<Answer>(signal: AbortSignal | undefined, work: () => Promise<Answer>): Promise<Answer> {
    signal?.throwIfAborted()
    if (this.free > 0) this.free--
    else await this.turn(signal)
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next === undefined) this.free++
      else next()
    }
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise<void>((begin, fail) => {
      const start = (): void => {
        signal?.removeEventListener('abort', leave)
        begin()
      }
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(start), 1)
        fail(signal?.reason as Error)
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.waiting.push(start)
    })
  }
}
