import type { WorkerRecord } from '../../../application/ports/worker-registry.js'
import { refOf } from '../../../domain/job-definition.js'
import type { HttpDeps } from '../deps.js'
import { route, type Route } from '../route.js'
import { jobParams } from '../schemas/common.js'
import { explanation, workerList } from '../schemas/insight.js'
import { noSuchJob } from './jobs.js'

/** Why things are as they are. */
export function insightRoutes(deps: HttpDeps): Route[] {
  return [explain(deps), workers(deps)]
}

function explain({ explain }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/jobs/:jobId/explain',
    operationId: 'explainJob',
    summary: 'Why a job is not running, its place in the queue, and when it may start',
    tag: 'jobs',
    access: 'read',
    params: jobParams,
    responses: { 200: { description: 'At this moment', schema: explanation } },
    problems: ['malformed-id', 'job-not-found'],
    async handle({ params: { jobId } }) {
      const found = await explain(jobId)
      if (found === null) throw noSuchJob()
      const { job, reasons, position, positionIsCapped, expectedStartAt } = found
      return {
        status: 200,
        body: { jobId, status: job.status, reasons, position, positionIsCapped, expectedStartAt },
      }
    },
  })
}

function workers({ workers }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/workers',
    operationId: 'listWorkers',
    summary: 'Live workers, those that are stopping among them',
    tag: 'workers',
    access: 'read',
    responses: { 200: { description: 'Oldest first', schema: workerList } },
    problems: [],
    async handle() {
      const living = await workers.list()
      return { status: 200, body: { workers: living.map(workerView) } }
    },
  })
}

function workerView({ incarnation, name, ...worker }: WorkerRecord) {
  return {
    workerId: name,
    incarnation,
    host: worker.host,
    pid: worker.pid,
    version: worker.version,
    definitions: worker.definitions.map(refOf),
    slots: worker.slots,
    running: worker.running,
    startedAt: worker.startedAt.toISOString(),
    heartbeatAt: worker.heartbeatAt.toISOString(),
    leaseExpiresAt: worker.leaseExpiresAt.toISOString(),
    draining: worker.draining,
  }
}
