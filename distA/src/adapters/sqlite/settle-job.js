import { writeJob } from './insert-job.js';
import { finish, writeEvents } from './job-writes.js';
const HELD = `select cancel_requested_at, event_seq, definition_key, definition_version, run_at, started_at from jobs
  where id = ? and lease_token = ? and worker = ?`;
const REQUEUE = `update jobs set lease_token = null, worker = null, event_seq = event_seq + ?, run_at = ?, attempts = ?, crashes = ?, interruptions = ?,
  error_summary = ? where id = ?`;
const BURY = `insert into dead_letters (id, job_id, definition_key, definition_version, reason, moved_at, error)
  select ?, id, definition_key, definition_version, ?, ?, ? from jobs where id = ?`;
const RECORD = `insert into job_attempts (job_id, run, attempt, worker_name, started_at, ended_at, outcome, error, exit_code, signal,
    cpu_ms, max_rss_bytes)
  select id, run, ?, worker_name, started_at, ?, ?, ?, ?, ?, ?, ? from jobs where id = ?`;
/** Applies one outcome inside the caller's transaction, if its lease is still held. */
export function settleJob(db, settlement, now, tally) {
    const answer = applied(db, settlement, now, tally);
    // Counted last: what cannot be stored is undone, but not what was counted.
    if (answer === 'applied')
        for (const { definitionKey, definitionVersion } of settlement.outcome.deliveries)
            tally.inserted(definitionKey, definitionVersion);
    return answer;
}
function applied(db, { lease, outcome }, now, tally) {
    const { jobId, run, incarnation } = lease;
    const held = db.get(HELD, jobId, run, incarnation);
    if (held === undefined)
        return 'lease_lost';
    const cancelling = held['cancel_requested_at'] !== null;
    if (cancelling && (outcome.kind === 'requeued' || outcome.kind === 'dead'))
        return 'cancelling';
    writeEvents(db, jobId, outcome.events, Number(held['event_seq']), run, now);
    for (const delivery of outcome.deliveries)
        writeJob(db, delivery);
    const { attempts, crashes, interruptions, errorSummary, attempt } = outcome;
    // The record of a success rides in the finished row.
    if (outcome.kind !== 'succeeded')
        record(db, jobId, attempt, now);
    if (outcome.kind === 'requeued') {
        const runAt = outcome.runAt.getTime();
        db.run(REQUEUE, outcome.events.length, runAt, attempts, crashes, interruptions, errorSummary, jobId);
        return 'applied';
    }
    if (outcome.kind === 'dead')
        db.run(BURY, outcome.deadLetterId, outcome.reason, now.getTime(), errorSummary, jobId);
    const status = outcome.kind === 'dead' ? 'failed' : outcome.kind;
    const result = outcome.kind === 'succeeded' ? outcome.result : null;
    finish(db, jobId, held, { status, attempts, crashes, interruptions, errorSummary, result, usage: attempt.usage }, now, tally);
    return 'applied';
}
function record(db, jobId, end, now) {
    const { attempt, outcome, error, exitCode, signal, usage } = end;
    const figures = [usage?.cpuMs ?? null, usage?.maxRssBytes ?? null];
    db.run(RECORD, attempt, now.getTime(), outcome, error, exitCode, signal, ...figures, jobId);
}
//# sourceMappingURL=settle-job.js.map