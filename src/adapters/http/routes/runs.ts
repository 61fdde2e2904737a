import type { AttemptRecord } from '../../../domain/attempt.js'
import type { LogLine } from '../../../domain/job-log.js'
import type { HttpDeps } from '../deps.js'
import { route, type Route } from '../route.js'
import { jobParams } from '../schemas/common.js'
import { attemptList, listLogsQuery, logList } from '../schemas/runs.js'
import { noSuchJob } from './jobs.js'

/** Most runs of a job that are told: one that puts itself off again and again may have hundreds of thousands. */
export const MAX_ATTEMPTS = 1_000

/** What is known of the single runs of a job. */
export function runRoutes(deps: HttpDeps): Route[] {
  return [attempts(deps), logs(deps)]
}

function attempts({ queries }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/jobs/:jobId/attempts',
    operationId: 'listJobAttempts',
    summary: `The runs of a job, how they ended and what they cost; the latest ${MAX_ATTEMPTS.toLocaleString('en')}`,
    tag: 'jobs',
    access: 'read',
    params: jobParams,
    responses: { 200: { description: 'Attempts, by run', schema: attemptList } },
    problems: ['malformed-id', 'job-not-found'],
    async handle({ params: { jobId } }) {
      const found = await queries.attempts(jobId, MAX_ATTEMPTS)
      if (found === null) throw noSuchJob()
      return { status: 200, body: { jobId, attempts: found.map(attemptView) } }
    },
  })
}

function logs({ queries }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/jobs/:jobId/logs',
    operationId: 'listJobLogs',
    summary: 'What the handler logged and wrote to stdout and stderr, oldest first',
    tag: 'jobs',
    access: 'read',
    params: jobParams,
    query: listLogsQuery,
    responses: { 200: { description: 'Lines of all runs, or of one', schema: logList } },
    problems: ['malformed-id', 'job-not-found', 'invalid-query'],
    async handle({ params: { jobId }, query: { after = 0, run, limit = 1000 } }) {
      const filter = { after, limit, ...(run === undefined ? {} : { run }) }
      const found = await queries.logs(jobId, filter)
      if (found === null) throw noSuchJob()
      return { status: 200, body: { jobId, lines: found.lines.map(lineView), dropped: found.dropped } }
    },
  })
}

function lineView({ id, at, run, level, message, fields }: LogLine) {
  return { id, at: at.toISOString(), run, level, message, fields }
}

function attemptView({ run, attempt, workerName, startedAt, endedAt, usage, ...end }: AttemptRecord) {
  return {
    run,
    attempt,
    workerId: workerName,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    outcome: end.outcome,
    error: end.error,
    exitCode: end.exitCode,
    signal: end.signal,
    cpuMs: usage?.cpuMs ?? null,
    maxRssBytes: usage?.maxRssBytes ?? null,
  }
}
