const LOOK_EVERY_MS = 25;
/**
 * Hints inside this process at once; commits of other processes within 25 ms, by the file's change counter.
 *
 * The counter says that something was committed by another connection, not what: listeners then get an empty list.
 */
export class SqliteNotifier {
    dataVersion;
    listeners = new Set();
    timer = null;
    seen = null;
    /** @param dataVersion `PRAGMA data_version` of the writing handle, whose own commits do not change it; `null` when it cannot be read. */
    constructor(dataVersion) {
        this.dataVersion = dataVersion;
    }
    hint(definitionKeys) {
        for (const listener of this.listeners)
            listener(definitionKeys);
    }
    subscribe(onHint) {
        // An own function for each subscription: the same listener may come twice.
        const listener = (keys) => {
            onHint(keys);
        };
        this.listeners.add(listener);
        if (this.timer === null)
            this.startLooking();
        return () => {
            this.listeners.delete(listener);
            if (this.listeners.size === 0)
                this.stop();
        };
    }
    isProven() {
        return true;
    }
    stop() {
        if (this.timer !== null)
            clearInterval(this.timer);
        this.timer = null;
    }
    startLooking() {
        this.seen = this.dataVersion();
        this.timer = setInterval(() => {
            this.look();
        }, LOOK_EVERY_MS);
        this.timer.unref();
    }
    look() {
        const version = this.dataVersion();
        if (version === null || version === this.seen)
            return;
        this.seen = version;
        this.hint([]);
    }
}
//# sourceMappingURL=sqlite-notifier.js.map