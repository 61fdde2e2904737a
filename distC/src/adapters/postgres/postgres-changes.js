import { ChangeSet } from '../../application/change-set.js';
import { Followers, UNNAMED_CHANGES } from '../../application/followers.js';
/** At most one message in this time. */
const PAUSE_MS = 20;
/** So many jobs with their statuses, or schedules, fit into one message, which may have 8,000 bytes. */
const MAX_NAMED = 120;
const MAX_BYTES = 7_500;
/** How often others are told that somebody here follows, and how long they believe it. */
const FOLLOW_EVERY_MS = 5_000;
const FOLLOWED_FOR_MS = 15_000;
const FOLLOWING = 'following';
/**
 * Changes of all processes, by messages on the channel of the hints. Who follows says so again and again, and nobody sends
 * while nobody has said it lately.
 */
export class PostgresChanges {
    send;
    isProven;
    followers = new Followers();
    pending = new ChangeSet(MAX_NAMED);
    timer = null;
    following = null;
    followedUntil = 0;
    /** @param send sends a message to the other processes; it may be lost. */
    constructor(send, isProven) {
        this.send = send;
        this.isProven = isProven;
    }
    announce(changes) {
        this.followers.tell(changes);
        if (performance.now() >= this.followedUntil)
            return;
        this.pending.add(changes);
        this.timer ??= setTimeout(() => {
            this.timer = null;
            this.send(textOf(this.pending.take()));
        }, PAUSE_MS);
    }
    follow(onChanges) {
        const remove = this.followers.add(onChanges);
        if (this.following === null)
            this.startFollowing();
        return () => {
            remove();
            if (this.followers.isEmpty)
                this.stopFollowing();
        };
    }
    /** Takes a message of another process. */
    receive(message) {
        if (message === FOLLOWING)
            this.followedUntil = performance.now() + FOLLOWED_FOR_MS;
        else if (!this.followers.isEmpty)
            this.followers.tell(changesOf(message));
    }
    /** Messages were missed, or may be: those that say who follows, too. */
    missed() {
        this.followedUntil = performance.now() + FOLLOWED_FOR_MS;
        this.followers.tell(UNNAMED_CHANGES);
    }
    stop() {
        this.stopFollowing();
        if (this.timer !== null)
            clearTimeout(this.timer);
        this.followedUntil = 0;
    }
    startFollowing() {
        this.send(FOLLOWING);
        this.following = setInterval(() => {
            this.send(FOLLOWING);
        }, FOLLOW_EVERY_MS);
        this.following.unref();
    }
    stopFollowing() {
        if (this.following !== null)
            clearInterval(this.following);
        this.following = null;
    }
}
function textOf({ jobs, definitions, schedules, more }) {
    const wire = [jobs.map(({ jobId, status }) => [jobId, status]), definitions, more ? 1 : 0, schedules];
    const text = JSON.stringify(wire);
    // Long keys of definitions; they are too rare to be worth a message of their own.
    return Buffer.byteLength(text) <= MAX_BYTES ? text : JSON.stringify([[], [], 1, []]);
}
function changesOf(message) {
    try {
        const [jobs, definitions, more, schedules = []] = JSON.parse(message);
        return {
            jobs: jobs.map(([jobId, status]) => ({ jobId, status })),
            definitions,
            schedules,
            more: more === 1,
        };
    }
    catch {
        return UNNAMED_CHANGES;
    }
}
//# sourceMappingURL=postgres-changes.js.map