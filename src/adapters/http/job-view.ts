import type { JobRecord } from '../../application/ports/job-queries.js'
import { shownCallback } from '../../domain/callback.js'
import { isFinished, type JobSummary } from '../../domain/job.js'
import type { JobEvent } from '../../domain/job-event.js'

/** A job as lists show it: everything but params and result. */
export function jobSummaryView({ job, retriedFrom, heartbeatAt, leaseExpiresAt }: JobRecord<JobSummary>) {
  return {
    jobId: job.id,
    definitionKey: job.definitionKey,
    definitionVersion: job.definitionVersion,
    status: job.status,
    attempts: job.attempts,
    maxAttempts: job.maxAttempts,
    priority: job.priority,
    runAt: job.runAt.toISOString(),
    queuedAt: job.queuedAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: isFinished(job) ? job.finishedAt.toISOString() : null,
    heartbeatAt: heartbeatAt?.toISOString() ?? null,
    leaseExpiresAt: leaseExpiresAt?.toISOString() ?? null,
    workerId: job.workerName,
    errorSummary: job.errorSummary,
    progress: job.progress,
    idempotencyKey: job.idempotencyKey,
    retriedFrom,
    scheduleId: job.scheduleId,
  }
}

/** A job with its params, result and callback. */
export function jobView(record: JobRecord) {
  const { job } = record
  const { params, callback, traceparent } = job
  return {
    ...jobSummaryView(record),
    params,
    result: isFinished(job) ? job.result : null,
    callback: callback === null ? null : shownCallback(callback),
    traceparent,
  }
}

export function eventView({ id, type, at, payload }: JobEvent) {
  return { id, eventType: type, at: at.toISOString(), payload }
}
