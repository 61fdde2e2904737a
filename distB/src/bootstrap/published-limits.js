import { Loop } from '../adapters/worker/loop.js';
import { refOf } from '../domain/job-definition.js';
const REFRESH_MS = 3_000;
/**
 * Which definitions have a concurrency limit, as published by whichever process: a freed place of theirs is worth a hint to
 * the workers that wait for it. A limit published elsewhere counts after at most one refresh.
 */
export class PublishedLimits {
    definitions;
    notifier;
    logger;
    limited = null;
    loop = new Loop(() => this.refresh());
    constructor(definitions, notifier, logger) {
        this.definitions = definitions;
        this.notifier = notifier;
        this.logger = logger;
    }
    start() {
        this.loop.start();
    }
    stop() {
        return this.loop.stop();
    }
    /** Until the first look any definition may be: a hint too many costs nothing. */
    isLimited(definition) {
        return this.limited?.has(refOf(definition)) ?? true;
    }
    /** Reads the published limits; answers the milliseconds until the next time. Never throws. */
    async refresh() {
        try {
            const published = await this.definitions.list();
            const limited = published.filter(({ concurrencyLimit }) => concurrencyLimit > 0);
            const known = this.limited;
            this.limited = new Set(limited.map(refOf));
            // Places that were freed since it was published went without their hint.
            const late = known === null ? [] : limited.filter((definition) => !known.has(refOf(definition)));
            if (late.length > 0)
                this.notifier.hint([...new Set(late.map(({ key }) => key))]);
        }
        catch (error) {
            this.logger.debug('could not read the published limits', { error: String(error) });
        }
        return REFRESH_MS;
    }
}
//# sourceMappingURL=published-limits.js.map