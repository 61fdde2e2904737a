/** Knows its place in the one bag that it may be in. */
export interface Bagged {
  place: number
}

/**
 * What comes and goes with each job, in no order.
 *
 * A `Map` or a `Set` with that traffic replaces its table again and again. V8 lets an old table point to the next one (for
 * iterators that began in it), so that each young collection keeps them all, with every job that was ever in them, until a full one.
 */
export class Bag<T extends Bagged> implements Iterable<T> {
  private readonly items: T[] = []

  get size(): number {
    return this.items.length
  }

  [Symbol.iterator](): Iterator<T> {
    return this.items[Symbol.iterator]()
  }

  add(item: T): void {
    item.place = this.items.push(item) - 1
  }

  /** The last one takes its place. */
  remove(item: T): void {
    const last = this.items.pop()
    if (last === undefined || last === item) return
    this.items[item.place] = last
    last.place = item.place
  }
}
