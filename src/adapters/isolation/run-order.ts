export type Way = 'messages' | 'stdout' | 'stderr'

/** `silent end`: of a run that wrote nothing, so that nothing tells of its end in the other ways. */
type Held = (() => void) | 'end' | 'silent end'

/**
 * Brings what an isolate says and writes back into the order of its runs: its three ways are read at different times, and the next
 * run may have begun by then.
 *
 * Each way tells where in it a run ends. What follows is held until all of them have come as far.
 */
export class RunOrder {
  private readonly messages: Held[] = []
  private readonly outputs: Readonly<Record<'stdout' | 'stderr', Held[]>> = { stdout: [], stderr: [] }
  private readonly all = [this.messages, ...Object.values(this.outputs)]

  add(way: Way, tell: () => void): void {
    const held = this.heldOf(way)
    if (held.length === 0) tell()
    else held.push(tell)
  }

  /** @param tell called when everything of the run that ends here has been told. */
  endOfMessages(tell: () => void, isSilent: boolean): void {
    this.messages.push(isSilent ? 'silent end' : 'end', tell)
    this.goOn()
  }

  endOfOutput(way: 'stdout' | 'stderr'): void {
    this.outputs[way].push('end')
    this.goOn()
  }

  private goOn(): void {
    this.passSilentEnds()
    while (this.all.every(([first]) => first === 'end')) {
      for (const held of this.all) held.shift()
      tellUntilEnd(this.messages)
      // Of runs that wrote nothing: what is held of outputs is of a later one.
      this.passSilentEnds()
      for (const held of Object.values(this.outputs)) tellUntilEnd(held)
    }
  }

  private passSilentEnds(): void {
    while (this.messages[0] === 'silent end') {
      this.messages.shift()
      tellUntilEnd(this.messages)
    }
  }

  private heldOf(way: Way): Held[] {
    return way === 'messages' ? this.messages : this.outputs[way]
  }
}

function tellUntilEnd(held: Held[]): void {
  while (typeof held[0] === 'function') (held.shift() as () => void)()
}
