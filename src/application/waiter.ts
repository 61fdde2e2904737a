/** What one caller at a time waits for: a value, the end of its patience, or the end of the whole thing. */
export class Waiter<T> {
  private resolve: ((value: T | 'nothing' | 'closed') => void) | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private closed = false

  get isWaiting(): boolean {
    return this.resolve !== null
  }

  /** Resolves with what is given next; with `nothing` after `withinMs`, with `closed` for ever once it is closed. */
  wait(withinMs: number): Promise<T | 'nothing' | 'closed'> {
    if (this.closed) return Promise.resolve('closed')
    return new Promise((resolve) => {
      this.resolve = resolve
      this.timer = setTimeout(() => {
        this.settle('nothing')
      }, withinMs)
    })
  }

  /** Answers whether anybody took it. */
  give(value: T): boolean {
    return this.settle(value)
  }

  close(): void {
    this.closed = true
    this.settle('closed')
  }

  private settle(value: T | 'nothing' | 'closed'): boolean {
    const { resolve } = this
    if (resolve === null) return false
    this.resolve = null
    clearTimeout(this.timer)
    resolve(value)
    return true
  }
}
