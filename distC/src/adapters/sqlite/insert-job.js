import { queuedJob } from '../../domain/job.js';
import { jobOf } from '../sql/job-row.js';
import { writeEvents } from './job-writes.js';
import { decode } from './sqlite-reader.js';
const INSERT = `insert into jobs (id, definition_key, definition_version, priority, run_at, params, max_attempts, idempotency_key,
    callback, traceparent, schedule_id, queued_at, event_seq) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`;
const HOLDER = `select job_id, body_hash from idempotency_keys
  where definition_key = ? and definition_version = ? and key = ?`;
/** Replaces a key whose job is gone. */
const TAKE_KEY = `insert into idempotency_keys (definition_key, definition_version, key, job_id, body_hash)
  values (?, ?, ?, ?, ?)
  on conflict (definition_key, definition_version, key)
  do update set job_id = excluded.job_id, body_hash = excluded.body_hash`;
const JOB = 'select * from all_jobs where id = ?';
/** Keeps one job inside the caller's transaction, or finds the one that holds its key. */
export function insertJob(db, newJob, tally) {
    const { id, definitionKey: key, idempotency } = newJob;
    if (idempotency !== null) {
        const held = holderOf(db, key, idempotency);
        if (held !== null)
            return held;
        db.run(TAKE_KEY, key, idempotency.version, idempotency.key, id, idempotency.bodyHash);
    }
    const job = queuedJob(newJob);
    writeJob(db, job);
    tally.inserted(key, job.definitionVersion);
    return { outcome: 'inserted', job };
}
/** Keeps one job, whose key is seen to, without counting it. */
export function writeJob(db, job) {
    const { id, definitionKey, definitionVersion, priority, maxAttempts, idempotencyKey } = job;
    const params = JSON.stringify(job.params);
    const callback = job.callback === null ? null : JSON.stringify(job.callback);
    const [runAt, queuedAt] = [job.runAt.getTime(), job.queuedAt.getTime()];
    const facts = [id, definitionKey, definitionVersion, priority, runAt, params, maxAttempts, idempotencyKey];
    db.run(INSERT, ...facts, callback, job.traceparent, job.scheduleId, queuedAt);
    const queued = { type: 'queued', payload: { runAt: job.runAt.toISOString() } };
    writeEvents(db, id, [queued], 0, null, job.queuedAt);
}
function holderOf(db, definitionKey, { version, key, bodyHash }) {
    const holder = db.get(HOLDER, definitionKey, version, key);
    const row = holder === undefined ? undefined : db.get(JOB, holder['job_id']);
    if (holder === undefined || row === undefined)
        return null;
    const job = jobOf(row, decode);
    return holder['body_hash'] === bodyHash
        ? { outcome: 'duplicate', job }
        : { outcome: 'key_reused', jobId: job.id };
}
//# sourceMappingURL=insert-job.js.map