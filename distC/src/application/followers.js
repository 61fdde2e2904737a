/** Those in this process who follow changes. */
export class Followers {
    followers = new Set();
    get isEmpty() {
        return this.followers.size === 0;
    }
    tell(changes) {
        for (const follower of this.followers)
            follower(changes);
    }
    /** @returns what removes it again; repeating that is harmless. */
    add(onChanges) {
        // An own function for each: the same follower may come twice.
        const follower = (changes) => {
            onChanges(changes);
        };
        this.followers.add(follower);
        return () => this.followers.delete(follower);
    }
}
/** What changes are told by adding to. */
export const NO_CHANGES = { jobs: [], definitions: [], schedules: [], more: false };
/** Something changed, and nobody knows what. */
export const UNNAMED_CHANGES = { ...NO_CHANGES, more: true };
//# sourceMappingURL=followers.js.map