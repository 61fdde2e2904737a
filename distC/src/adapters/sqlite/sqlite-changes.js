import { Followers, UNNAMED_CHANGES } from '../../application/followers.js';
/** Changes of this process by name; of other processes only that something was committed, each 25 ms. */
export class SqliteChanges {
    notifier;
    followers = new Followers();
    unsubscribe = null;
    constructor(notifier) {
        this.notifier = notifier;
    }
    announce(changes) {
        this.followers.tell(changes);
    }
    follow(onChanges) {
        const remove = this.followers.add(onChanges);
        this.unsubscribe ??= this.notifier.subscribe((keys) => {
            // Named ones are this process's own, and are announced.
            if (keys.length === 0)
                this.followers.tell(UNNAMED_CHANGES);
        });
        return () => {
            remove();
            if (!this.followers.isEmpty)
                return;
            this.unsubscribe?.();
            this.unsubscribe = null;
        };
    }
    isProven() {
        return true;
    }
}
//# sourceMappingURL=sqlite-changes.js.map