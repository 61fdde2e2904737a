import { PostgresChanges } from './postgres-changes.js';
import { PostgresListener } from './postgres-listener.js';
const CHANNEL = 'job_server_hints';
/** At most one notification in this time: each takes a lock that all committing notifiers share. */
const PAUSE_MS = 5;
const MAX_PAYLOAD_BYTES = 4_000;
/** After this a hint is sent again that a cut connection may have swallowed. */
const RETRY_MS = 250;
/** Between the sender and a message that is about changes, not about work. */
const CHANGES = '* ';
const NOTIFY = { name: 'notify_1', text: 'select pg_notify($1, $2)' };
/** Hints by NOTIFY: gathered for a few milliseconds, sent after the commit in a transaction of their own. */
export class PostgresNotifier {
    db;
    origin;
    listeners = new Set();
    /** Shares the channel and the connection that listens. */
    changes = new PostgresChanges((message) => void this.notify(`${CHANGES}${message}`).catch(() => undefined), () => this.isProven());
    pending = new Set();
    timer = null;
    lastSentAt = -PAUSE_MS;
    sending = Promise.resolve();
    stopped = false;
    listener;
    constructor(db, origin, options) {
        this.db = db;
        this.origin = origin;
        this.listener = new PostgresListener({
            ...options,
            channel: CHANNEL,
            onMessage: (payload) => {
                this.receive(payload);
            },
            onGap: () => {
                this.tell([]);
                this.changes.missed();
            },
        });
    }
    start() {
        return this.listener.start();
    }
    async stop() {
        this.stopped = true;
        this.changes.stop();
        if (this.timer !== null) {
            clearTimeout(this.timer);
            await this.send();
        }
        await this.sending;
        await this.listener.stop();
    }
    hint(definitionKeys) {
        if (definitionKeys.length === 0)
            return;
        this.tell(definitionKeys);
        for (const key of definitionKeys)
            this.pending.add(key);
        this.sendIn(Math.max(0, this.lastSentAt + PAUSE_MS - performance.now()));
    }
    subscribe(onHint) {
        this.listeners.add(onHint);
        return () => this.listeners.delete(onHint);
    }
    isProven() {
        return this.listener.isProven();
    }
    sendIn(waitMs) {
        if (this.timer !== null || this.stopped)
            return;
        // An idle worker waits for the first; a timer would come after all that is to be done meanwhile.
        if (waitMs === 0)
            this.sending = this.send();
        else
            this.timer = setTimeout(() => {
                this.sending = this.send();
            }, waitMs);
    }
    async send() {
        this.timer = null;
        this.lastSentAt = performance.now();
        const hinted = [...this.pending];
        const keys = JSON.stringify(hinted);
        this.pending.clear();
        // Too many to name: everyone looks.
        const payload = Buffer.byteLength(keys) <= MAX_PAYLOAD_BYTES ? keys : '[]';
        try {
            await this.notify(payload);
        }
        catch {
            // A lost hint costs no job, but the one that it was for may wait for a whole poll interval.
            for (const key of hinted)
                this.pending.add(key);
            this.sendIn(RETRY_MS);
        }
    }
    async notify(message) {
        await this.db.query(NOTIFY, [CHANNEL, `${this.origin} ${message}`]);
    }
    receive(payload) {
        const space = payload.indexOf(' ');
        if (payload.slice(0, space) === this.origin)
            return;
        const message = payload.slice(space + 1);
        if (message.startsWith(CHANGES)) {
            this.changes.receive(message.slice(CHANGES.length));
            return;
        }
        try {
            const keys = JSON.parse(message);
            this.tell(Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : []);
        }
        catch {
            this.tell([]);
        }
    }
    tell(definitionKeys) {
        for (const listener of this.listeners)
            listener(definitionKeys);
    }
}
//# sourceMappingURL=postgres-notifier.js.map