import { refOf } from '../domain/job-definition.js';
/** What another process publishes counts here after at most this long. */
const MAX_AGE_MS = 1_000;
/**
 * Published definitions for those who accept jobs: what was found a moment ago is not looked up again for each job. What was not found is,
 * and what this process publishes counts at once.
 */
export class KnownDefinitions {
    store;
    clock;
    /** Replaced, not cleared: a look-up that is under way must leave nothing behind that is older than what was published. */
    known = new Map();
    constructor(store, clock) {
        this.store = store;
        this.clock = clock;
    }
    async publish(definitions) {
        try {
            await this.store.publish(definitions);
        }
        finally {
            this.known = new Map();
        }
    }
    /** As the store answers; of a definition that is there already perhaps what was published a second ago. */
    async find(refs) {
        const { known } = this;
        const now = this.clock.monotonicMs();
        const answers = new Map();
        const missing = [];
        for (const ref of refs) {
            const name = refOf(ref);
            if (answers.has(name))
                continue;
            const entry = known.get(name);
            const isFresh = entry !== undefined && now < entry.readAt + MAX_AGE_MS;
            answers.set(name, isFresh ? entry.definition : null);
            if (!isFresh)
                missing.push(ref);
        }
        const found = missing.length === 0 ? [] : await this.store.find(missing);
        missing.forEach((ref, place) => {
            const definition = found[place] ?? null;
            answers.set(refOf(ref), definition);
            if (definition !== null)
                known.set(refOf(ref), { definition, readAt: now });
        });
        return refs.map((ref) => answers.get(refOf(ref)) ?? null);
    }
}
//# sourceMappingURL=known-definitions.js.map