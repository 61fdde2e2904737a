import { StorageUnavailableError } from '../../domain/errors.js';
import { claimOrder, isFinished } from '../../domain/job.js';
import { claimedJobOf, jobOf, liveJobOf } from '../sql/job-row.js';
import { appendEvents } from './append-events.js';
import { cancelAndTell, cancelOnce } from './cancel-jobs.js';
import { claimJobs } from './claim-jobs.js';
import { insertAllJobs, insertJobs, READ_JOBS } from './insert-jobs.js';
import { decode } from './postgres-reader.js';
import { discardDeadLetters, retryJobs } from './retry-jobs.js';
import { settleJobs } from './settle-jobs.js';
const HELD = { name: 'held_1', text: 'select * from jobs where worker = $1' };
const ORPHANS = {
    name: 'orphans_1',
    text: `select j.*, coalesce(w.lease_until < $2 or w.lease_until < pg_postmaster_start_time(), false) as interrupted
from jobs j left join workers w on w.incarnation = j.worker
where j.worker is not null and (w.incarnation is null or w.dead)
order by j.id limit $1`,
};
const MAX_CANCEL_TRIES = 5;
/** The JobStore over PostgreSQL: each method is one statement or one short transaction, safe beside any number of others. */
export class PostgresJobStore {
    db;
    leaseOffsetMs;
    constructor(db, leaseOffsetMs) {
        this.db = db;
        this.leaseOffsetMs = leaseOffsetMs;
    }
    async insert(jobs) {
        return insertJobs(this.db, jobs);
    }
    async insertAll(jobs) {
        return insertAllJobs(this.db, jobs);
    }
    async claim(request) {
        const { rows, ...rest } = await claimJobs(this.db, request, this.leaseOffsetMs());
        const jobs = rows.map((row) => claimedJobOf(row, decode, request.incarnation, request.now));
        return { ...rest, jobs: jobs.sort(claimOrder) };
    }
    async held(incarnation) {
        const rows = await this.db.query(HELD, [incarnation]);
        return rows.map((row) => liveJobOf(row, decode));
    }
    async settle(settlements, now) {
        return settleJobs(this.db, settlements, now);
    }
    async orphans(limit, reachableSince) {
        const rows = await this.db.query(ORPHANS, [limit, reachableSince]);
        return rows.map((row) => ({
            job: liveJobOf(row, decode),
            interrupted: row['interrupted'] === true,
        }));
    }
    async requestCancel(ids, now, newId) {
        const answers = new Map();
        let open = [...new Set(ids)];
        for (let tries = 1; open.length > 0; tries += 1) {
            // Most jobs have no callback: for them, one statement does.
            const arms = tries === 1 ? await cancelOnce(this.db, open, now) : await cancelAndTell(this.db, open, now, newId);
            const jobs = await this.read(open);
            for (const id of open) {
                const answer = cancelAnswer(jobs.get(id), arms.get(id), tries === MAX_CANCEL_TRIES);
                if (answer !== null)
                    answers.set(id, answer);
            }
            open = open.filter((id) => !answers.has(id));
        }
        return ids.map((id) => answers.get(id) ?? { outcome: 'not_found' });
    }
    async appendEvents(events, now) {
        return appendEvents(this.db, events, now);
    }
    async retry(retries, now) {
        return retryJobs(this.db, retries, now);
    }
    async discard(deadLetterIds, now) {
        return discardDeadLetters(this.db, deadLetterIds, now);
    }
    async read(ids) {
        if (ids.length === 0)
            return new Map();
        const rows = await this.db.query(READ_JOBS, [ids]);
        return new Map(rows.map((row) => [row['id'], jobOf(row, decode)]));
    }
}
/** @returns `null` when the job slipped between the two arms and has to be asked for again. */
function cancelAnswer(job, arm, last) {
    if (job === undefined)
        return { outcome: 'not_found' };
    if (arm !== undefined)
        return { outcome: arm, job };
    if (isFinished(job))
        return { outcome: 'already_finished', job };
    if (job.status === 'cancelling')
        return { outcome: 'cancelling', job };
    if (last)
        throw new StorageUnavailableError(null, 'the job changes too quickly to be cancelled');
    return null;
}
//# sourceMappingURL=postgres-job-store.js.map