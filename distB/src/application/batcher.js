import { realTimers } from './ports/timers.js';
/**
 * Group commit: what is added while a batch is in flight goes with the next one, so that a lone caller never waits and
 * many callers share a transaction. With `gathering`, what is added shortly after a batch waits for others.
 *
 * @param flush takes at most `maxBatch` items and answers the same length and order; its rejection rejects them all.
 */
export class Batcher {
    maxBatch;
    flush;
    weight;
    gathering;
    waiting = [];
    inFlight = null;
    endGathering = null;
    /** Callers who wait until all is written. */
    hurrying = 0;
    constructor(maxBatch, flush, weight = null, gathering = null) {
        this.maxBatch = maxBatch;
        this.flush = flush;
        this.weight = weight;
        this.gathering = gathering;
    }
    /** Resolves with the item's answer once its batch is committed. */
    add(item) {
        return new Promise((resolve, reject) => {
            this.waiting.push({ item, resolve, reject });
            if (this.endGathering !== null && this.isEnough([item]))
                this.endGathering();
            this.inFlight ??= this.drainQueue();
        });
    }
    /** Resolves when nothing is waiting and nothing is in flight. */
    async idle() {
        this.hurrying += 1;
        this.endGathering?.();
        while (this.inFlight !== null)
            await this.inFlight;
        this.hurrying -= 1;
    }
    async drainQueue() {
        // One turn of the microtask queue lets callers of the same tick share the first batch.
        await Promise.resolve();
        while (this.waiting.length > 0) {
            const batch = this.waiting.splice(0, this.nextBatchSize());
            try {
                const answers = await this.flush(batch.map(({ item }) => item));
                batch.forEach(({ resolve }, index) => {
                    resolve(answers[index]);
                });
            }
            catch (error) {
                batch.forEach(({ reject }) => {
                    reject(error);
                });
            }
            await this.gather();
        }
        this.inFlight = null;
    }
    async gather() {
        const { gathering } = this;
        if (gathering === null || this.hurrying > 0 || this.isEnough(this.waiting.map(({ item }) => item)))
            return;
        await new Promise((resolve) => {
            const cancel = realTimers.after(gathering.ms, resolve);
            this.endGathering = () => {
                cancel();
                resolve();
            };
        });
        this.endGathering = null;
    }
    /** @param added those that may be urgent. */
    isEnough(added) {
        const { gathering } = this;
        return gathering === null || this.waiting.length >= gathering.enough || added.some(gathering.isUrgent);
    }
    nextBatchSize() {
        const most = Math.min(this.maxBatch, this.waiting.length);
        if (this.weight === null)
            return most;
        let total = 0;
        for (let size = 0; size < most; size += 1) {
            total += this.weight.of(this.waiting[size].item);
            if (total > this.weight.max)
                return Math.max(1, size);
        }
        return most;
    }
}
//# sourceMappingURL=batcher.js.map