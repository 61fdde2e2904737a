import type { AttemptRecord } from '../../../domain/attempt.js'
import type { HttpDeps } from '../deps.js'
import { route, type Route } from '../route.js'
import { jobParams } from '../schemas/common.js'
import { attemptList } from '../schemas/runs.js'
import { noSuchJob } from './jobs.js'

/** What is known of the single runs of a job. */
export function runRoutes(deps: HttpDeps): Route[] {
  return [attempts(deps)]
}

function attempts({ queries }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/jobs/:jobId/attempts',
    operationId: 'listJobAttempts',
    summary: 'Every run of a job, how it ended and what it cost',
    tag: 'jobs',
    params: jobParams,
    responses: { 200: { description: 'Attempts, by run', schema: attemptList } },
    problems: ['malformed-id', 'job-not-found'],
    async handle({ params: { jobId } }) {
      const found = await queries.attempts(jobId)
      if (found === null) throw noSuchJob()
      return { status: 200, body: { jobId, attempts: found.map(attemptView) } }
    },
  })
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
