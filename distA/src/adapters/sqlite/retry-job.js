import { writeEvents } from './job-writes.js';
const RETRIED = 'select job_id from job_retries where retried_from = ?';
const LINK = 'insert into job_retries (retried_from, job_id) values (?, ?)';
/** Params are copied inside the database: they may be large, and so may be a batch. */
const COPY = `insert into jobs (id, definition_key, definition_version, priority, run_at, params, max_attempts, callback, traceparent, queued_at, event_seq)
  select ?, definition_key, definition_version, priority, ?, params, coalesce(?, max_attempts), callback, traceparent, ?, 1 from finished_jobs
  where id = ? and (status = 'cancelled' or exists (
    select 1 from dead_letters d where d.job_id = finished_jobs.id and d.discarded_at is null))
  returning definition_key, definition_version`;
export const DISCARD = 'update dead_letters set discarded_at = ? where id = ? and discarded_at is null';
/** Makes a new job of a finished one inside the caller's transaction, unless that was done before. */
export function retryJob(db, { jobId, newJobId, maxAttempts }, now, tally) {
    const before = db.get(RETRIED, jobId);
    if (before !== undefined)
        return { outcome: 'already_retried', jobId: before['job_id'] };
    const copy = db.get(COPY, newJobId, now.getTime(), maxAttempts, now.getTime(), jobId);
    if (copy === undefined)
        return { outcome: 'not_retriable' };
    db.run(LINK, jobId, newJobId);
    const queued = { type: 'queued', payload: { runAt: now.toISOString(), retriedFrom: jobId } };
    writeEvents(db, newJobId, [queued], 0, null, now);
    const definitionKey = copy['definition_key'];
    const definitionVersion = Number(copy['definition_version']);
    tally.inserted(definitionKey, definitionVersion);
    return { outcome: 'retried', definitionKey, definitionVersion };
}
//# sourceMappingURL=retry-job.js.map