/** Lets a few work at the same time; the others wait, in the order in which they came. */
export class Turns {
  private readonly waiting: (() => void)[] = []

  constructor(private free: number) {}

  async take<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.free > 0) this.free--
    else await new Promise<void>((begin) => this.waiting.push(begin))
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next === undefined) this.free++
      else next()
    }
  }
}
