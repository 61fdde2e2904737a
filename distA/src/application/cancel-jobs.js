import { DELIVERY, isAskedFor } from '../domain/delivery.js';
import { CANCEL_HINT } from './ports/notifier.js';
import { silentTransitions } from './transition-log.js';
/** Asks for the end of jobs and tells the workers at once, so that none has to wait for its next look. */
export class CancelJobs {
    store;
    notifier;
    newId;
    log;
    constructor(store, notifier, newId, log = silentTransitions) {
        this.store = store;
        this.notifier = notifier;
        this.newId = newId;
        this.log = log;
    }
    /** @returns as `JobStore.requestCancel`. */
    async execute(ids, now) {
        const answers = await this.store.requestCancel(ids, now, this.newId);
        if (answers.some(({ outcome }) => outcome === 'cancelling'))
            this.notifier.hint([CANCEL_HINT]);
        if (answers.some(callsForDelivery))
            this.notifier.hint([DELIVERY.key]);
        for (const answer of answers) {
            if (answer.outcome === 'cancelled' || answer.outcome === 'cancelling')
                this.log.cancelRequested(answer.job);
        }
        return answers;
    }
}
/** Whether this cancellation has made a delivery. */
export function callsForDelivery(answer) {
    return answer.outcome === 'cancelled' && isAskedFor(answer.job.callback, { type: 'cancelled' });
}
//# sourceMappingURL=cancel-jobs.js.map