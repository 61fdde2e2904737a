import { queuedChanges } from './announced-stores.js';
import { NO_CHANGES } from './followers.js';
/** Jobs go into a caller's transaction. Workers, pages and the log are told of them after the commit, never of what was rolled back. */
export function withinTransaction(transaction, { notifier, changes, log, queries }) {
    const tell = async (answers) => {
        const jobs = answers.flatMap((answer) => (answer.outcome === 'inserted' ? [answer.job] : []));
        const [first] = jobs;
        // They stay or go together.
        if (first === undefined || (await queries.get(first.id)) === null)
            return;
        notifier.hint([...new Set(jobs.map(({ definitionKey }) => definitionKey))]);
        changes.announce({ ...NO_CHANGES, jobs: queuedChanges(answers) });
        for (const job of jobs)
            log.queued(job);
    };
    return {
        jobs: {
            async insert(newJobs) {
                const answers = await transaction.jobs.insert(newJobs);
                // A hint that is lost with its database costs no job: workers look by themselves.
                transaction.afterEnd(() => void tell(answers).catch(() => undefined));
                return answers;
            },
        },
        // Whoever was told now would look too early.
        notifier: { hint: () => undefined },
        log: { queued: () => undefined },
    };
}
//# sourceMappingURL=within-transaction.js.map