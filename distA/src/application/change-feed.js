import { ChangeSet } from './change-set.js';
import { Waiter } from './waiter.js';
/** Changes are told together so often. */
const GATHER_MS = 250;
/** Jobs and schedules that are named at once; beyond, it is said that there is more. */
const MAX_NAMED = 500;
class Page {
    waiter = new Waiter();
    /** What came while nobody asked; of a page that is slow no more is kept than can be named. */
    missed = new ChangeSet(MAX_NAMED);
}
/** Tells pages what changed anywhere, gathered; a hint that they read again, never a record. No query is made for it. */
export class ChangeFeed {
    channel;
    pages = new Set();
    gathered = new ChangeSet(MAX_NAMED);
    timer;
    unfollow = null;
    stopped = false;
    constructor(channel) {
        this.channel = channel;
    }
    watch() {
        const page = new Page();
        if (this.stopped)
            page.waiter.close();
        else
            this.add(page);
        return {
            next: async (withinMs) => (page.missed.isEmpty ? page.waiter.wait(withinMs) : page.missed.take()),
            close: () => {
                this.remove(page);
            },
        };
    }
    /** Ends every watch, for ever. */
    stop() {
        this.stopped = true;
        for (const page of [...this.pages])
            this.remove(page);
    }
    add(page) {
        this.pages.add(page);
        this.unfollow ??= this.channel.follow((changes) => {
            this.gathered.add(changes);
            this.timer ??= setTimeout(() => {
                this.tell();
            }, GATHER_MS);
        });
    }
    tell() {
        this.timer = undefined;
        const changes = this.gathered.take();
        for (const { waiter, missed } of this.pages)
            if (!waiter.give(changes))
                missed.add(changes);
    }
    remove(page) {
        page.waiter.close();
        this.pages.delete(page);
        if (this.pages.size > 0)
            return;
        this.unfollow?.();
        this.unfollow = null;
        clearTimeout(this.timer);
        this.timer = undefined;
    }
}
//# sourceMappingURL=change-feed.js.map