/** Columns of `all_jobs`, and of `jobs` where the rest can be told from the lease. */
export const JOB_COLUMNS = [
    'id',
    'definition_key',
    'definition_version',
    'priority',
    'run_at',
    'params',
    'max_attempts',
    'attempts',
    'run',
    'crashes',
    'interruptions',
    'worker_name',
    'idempotency_key',
    'callback',
    'traceparent',
    'schedule_id',
    'error_summary',
    'progress',
    'queued_at',
    'started_at',
];
/** What is true of a job in every status; what the row has no column for is `null`. */
function factsOf(row, decode) {
    return {
        id: row['id'],
        definitionKey: row['definition_key'],
        definitionVersion: Number(row['definition_version']),
        params: decode.json(row['params']),
        priority: Number(row['priority']),
        maxAttempts: Number(row['max_attempts']),
        attempts: Number(row['attempts']),
        run: Number(row['run']),
        crashes: Number(row['crashes']),
        interruptions: Number(row['interruptions']),
        idempotencyKey: row['idempotency_key'],
        callback: row['callback'] === null ? null : decode.json(row['callback']),
        traceparent: row['traceparent'],
        scheduleId: row['schedule_id'],
        runAt: decode.instant(row['run_at']),
        queuedAt: decode.instant(row['queued_at']),
        startedAt: optional(row['started_at'], decode),
        workerName: row['worker_name'],
        errorSummary: row['error_summary'],
        progress: (row['progress'] ?? null) === null ? null : Number(row['progress']),
    };
}
/** A job from a row of `all_jobs`. */
export function jobOf(row, decode, status = row['status']) {
    const facts = factsOf(row, decode);
    // The many members come last: an object that grows behind a spread becomes a dictionary, twelve times as dear here.
    switch (status) {
        case 'queued':
            return { status, ...facts };
        case 'running':
        case 'cancelling':
            return {
                status,
                lease: { jobId: facts.id, run: Number(row['lease_token']), incarnation: row['worker'] },
                ...facts,
                startedAt: decode.instant(row['started_at']),
            };
        case 'succeeded':
        case 'failed':
        case 'cancelled':
            return {
                status: status,
                finishedAt: decode.instant(row['finished_at']),
                result: row['result'] === null ? null : decode.json(row['result']),
                ...facts,
            };
    }
}
/** A job that was claimed just now, from what its row had before and the claim says. */
export function claimedJobOf(row, decode, incarnation, startedAt) {
    const facts = factsOf(row, decode);
    const lease = { jobId: facts.id, run: facts.run, incarnation };
    return { status: 'running', lease, ...facts, startedAt };
}
/** A job from a row of `jobs`, which has no status column: the lease and the cancel request tell it. */
export function liveJobOf(row, decode) {
    const status = row['lease_token'] === null ? 'queued' : row['cancel_requested_at'] === null ? 'running' : 'cancelling';
    return jobOf(row, decode, status);
}
export function optional(value, decode) {
    return value === null || value === undefined ? null : decode.instant(value);
}
//# sourceMappingURL=job-row.js.map