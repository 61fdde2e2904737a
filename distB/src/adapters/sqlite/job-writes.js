const COUNT_EVENTS = 'update jobs set event_seq = event_seq + ? where id = ? returning event_seq';
const INSERT_EVENT = 'insert into job_events (job_id, seq, type, at, run, payload) values (?, ?, ?, ?, ?, ?)';
const FINISH = `insert into finished_jobs (id, definition_key, definition_version, status, priority, run_at, params, max_attempts,
    attempts, run, crashes, interruptions, worker_name, idempotency_key, error_summary, progress, result, queued_at, started_at,
    finished_at, cpu_ms, max_rss_bytes, callback, traceparent, schedule_id)
  select id, definition_key, definition_version, ?, priority, run_at, params, max_attempts, ?, run, ?, ?, worker_name,
    idempotency_key, ?, progress, ?, queued_at, started_at, ?, ?, ?, callback, traceparent, schedule_id
  from jobs where id = ?`;
const DELETE = 'delete from jobs where id = ?';
/**
 * Appends events to a live job, numbered on.
 *
 * @param run the run that they belong to; `null` for what happens outside of runs.
 */
export function appendEvents(db, jobId, events, run, at) {
    if (events.length === 0)
        return;
    const last = Number(db.get(COUNT_EVENTS, events.length, jobId)?.['event_seq']);
    writeEvents(db, jobId, events, last - events.length, run, at);
}
/** Writes events after the one numbered `last`; the job's own count is the caller's business. */
export function writeEvents(db, jobId, events, last, run, at) {
    events.forEach(({ type, payload }, index) => {
        db.run(INSERT_EVENT, jobId, last + 1 + index, type, at.getTime(), run, JSON.stringify(payload));
    });
}
/**
 * Moves a live job to the finished ones; its events must be written by then.
 *
 * @param row of the job, with definition_key, definition_version, run_at and started_at.
 */
export function finish(db, jobId, row, ending, at, tally) {
    const { status, attempts, crashes, interruptions, errorSummary, usage } = ending;
    const result = ending.result === null ? null : JSON.stringify(ending.result);
    const figures = [usage?.cpuMs ?? null, usage?.maxRssBytes ?? null];
    db.run(FINISH, status, attempts, crashes, interruptions, errorSummary, result, at.getTime(), ...figures, jobId);
    db.run(DELETE, jobId);
    tally.finished(row, status, attempts, at);
}
//# sourceMappingURL=job-writes.js.map