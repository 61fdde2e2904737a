/** What one caller at a time waits for: a value, the end of its patience, or the end of the whole thing. */
export class Waiter {
    resolve = null;
    timer;
    closed = false;
    get isWaiting() {
        return this.resolve !== null;
    }
    /** Resolves with what is given next; with `nothing` after `withinMs`, with `closed` for ever once it is closed. */
    wait(withinMs) {
        if (this.closed)
            return Promise.resolve('closed');
        return new Promise((resolve) => {
            this.resolve = resolve;
            this.timer = setTimeout(() => {
                this.settle('nothing');
            }, withinMs);
        });
    }
    /** Answers whether anybody took it. */
    give(value) {
        return this.settle(value);
    }
    close() {
        this.closed = true;
        this.settle('closed');
    }
    settle(value) {
        const { resolve } = this;
        if (resolve === null)
            return false;
        this.resolve = null;
        clearTimeout(this.timer);
        resolve(value);
        return true;
    }
}
//# sourceMappingURL=waiter.js.map