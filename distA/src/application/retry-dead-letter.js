import { JobServerError } from '../domain/errors.js';
import { silentTransitions } from './transition-log.js';
/** Makes a new job of a dead letter, once. */
export class RetryDeadLetter {
    store;
    queries;
    notifier;
    clock;
    newId;
    log;
    constructor(store, queries, notifier, clock, newId, log = silentTransitions) {
        this.store = store;
        this.queries = queries;
        this.notifier = notifier;
        this.clock = clock;
        this.newId = newId;
        this.log = log;
    }
    /**
     * @param maxAttempts `null`: as the old job's.
     * @returns id of the new job, which is queued.
     * @throws JobServerError `dead-letter-not-found`; `dead-letter-already-retried`, with the `jobId` that was made then, also when
     *   another caller was quicker, or the answer to an earlier call was lost.
     */
    async execute(deadLetterId, maxAttempts) {
        const found = await this.queries.deadLetter(deadLetterId);
        if (found === null)
            throw noSuchDeadLetter();
        const newJobId = this.newId();
        const retry = { jobId: found.job.id, newJobId, maxAttempts };
        const [answer] = await this.store.retry([retry], this.clock.now());
        switch (answer?.outcome) {
            case 'retried':
                this.notifier.hint([answer.definitionKey]);
                this.log.retried(retry, { key: answer.definitionKey, version: answer.definitionVersion });
                return newJobId;
            case 'already_retried':
                throw new JobServerError('dead-letter-already-retried', 'a job was made of this dead letter before', {
                    fields: { jobId: answer.jobId },
                });
            case 'not_retriable':
            case undefined:
                throw noSuchDeadLetter();
        }
    }
}
export function noSuchDeadLetter() {
    return new JobServerError('dead-letter-not-found', 'there is no dead letter with this id');
}
//# sourceMappingURL=retry-dead-letter.js.map