export const JOB_STATUSES = ['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'];
export const FINAL_STATUSES = ['succeeded', 'failed', 'cancelled'];
/** Every transition that the state machine knows; `docs/state-machine.md` draws the same table. */
export const TRANSITIONS = {
    queued: ['running', 'cancelled'],
    running: ['succeeded', 'failed', 'queued', 'cancelling'],
    cancelling: ['cancelled', 'succeeded'],
    succeeded: [],
    failed: [],
    cancelled: [],
};
export function isFinished(job) {
    return job.status === 'succeeded' || job.status === 'failed' || job.status === 'cancelled';
}
/** A job that was just accepted. A due time in the past means now, so that the order of arrival holds. */
export function newJob(request, id, now) {
    const { definitionKey, definitionVersion, params, priority, maxAttempts } = request;
    const { runAt, idempotency, callback, traceparent, scheduleId } = request;
    // Each by its name: an object that begins as a copy of the rest of another costs a hundred times as much.
    return {
        id,
        status: 'queued',
        definitionKey,
        definitionVersion,
        params,
        priority,
        maxAttempts,
        attempts: 0,
        run: 0,
        crashes: 0,
        interruptions: 0,
        idempotencyKey: idempotency?.key ?? null,
        idempotency,
        callback,
        traceparent,
        scheduleId,
        runAt: runAt === null || runAt < now ? now : runAt,
        queuedAt: now,
        startedAt: null,
        workerName: null,
        errorSummary: null,
        progress: null,
    };
}
/** The same job once it is kept: how its key was claimed is nobody's business any more. */
export function queuedJob(job) {
    // Each by its name, as above.
    return {
        id: job.id,
        status: 'queued',
        definitionKey: job.definitionKey,
        definitionVersion: job.definitionVersion,
        params: job.params,
        priority: job.priority,
        maxAttempts: job.maxAttempts,
        attempts: job.attempts,
        run: job.run,
        crashes: job.crashes,
        interruptions: job.interruptions,
        idempotencyKey: job.idempotencyKey,
        callback: job.callback,
        traceparent: job.traceparent,
        scheduleId: job.scheduleId,
        runAt: job.runAt,
        queuedAt: job.queuedAt,
        startedAt: job.startedAt,
        workerName: job.workerName,
        errorSummary: job.errorSummary,
        progress: job.progress,
    };
}
/** The order in which jobs that are due start: higher priority, then earlier due time, then lower id. */
export function claimOrder(a, b) {
    return b.priority - a.priority || a.runAt.getTime() - b.runAt.getTime() || (a.id < b.id ? -1 : 1);
}
//# sourceMappingURL=job.js.map