/**
 * What comes and goes with each job, in no order.
 *
 * A `Map` or a `Set` with that traffic replaces its table again and again. V8 lets an old table point to the next one (for
 * iterators that began in it), so that each young collection keeps them all, with every job that was ever in them, until a full one.
 */
export class Bag {
    items = [];
    get size() {
        return this.items.length;
    }
    [Symbol.iterator]() {
        return this.items[Symbol.iterator]();
    }
    add(item) {
        item.place = this.items.push(item) - 1;
    }
    /** The last one takes its place. */
    remove(item) {
        const last = this.items.pop();
        if (last === undefined || last === item)
            return;
        this.items[item.place] = last;
        last.place = item.place;
    }
}
//# sourceMappingURL=bag.js.map