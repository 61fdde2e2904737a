export type Way = 'messages' | 'stdout' | 'stderr'

type Held = (() => void) | 'end'

/**
 * Brings what an isolate says and writes back into the order of its runs: its three ways are read at different times, and the next
 * run may have begun by then.
 *
 * Each way tells where in it a run ends. What follows is held until all of them have come as far.
 */
export class RunOrder {
  private readonly held: Readonly<Record<Way, Held[]>> = { messages: [], stdout: [], stderr: [] }
  private readonly all = Object.values(this.held)

  add(way: Way, tell: () => void): void {
    const held = this.held[way]
    if (held.length === 0) tell()
    else held.push(tell)
  }

  /** @param tell only of the messages: called when everything of the run that ends here has been told. */
  end(way: Way, tell?: () => void): void {
    this.held[way].push('end')
    if (tell !== undefined) this.held[way].push(tell)
    while (this.all.every(([first]) => first === 'end')) {
      for (const held of this.all) held.shift()
      for (const held of this.all) tellUntilEnd(held)
    }
  }
}

function tellUntilEnd(held: Held[]): void {
  while (held.length > 0 && held[0] !== 'end') (held.shift() as () => void)()
}
