import { refOf } from '../../../domain/job-definition.js';
import { route } from '../route.js';
import { jobParams } from '../schemas/common.js';
import { explanation, workerList } from '../schemas/insight.js';
import { noSuchJob } from './jobs.js';
/** Why things are as they are. */
export function insightRoutes(deps) {
    return [explain(deps), workers(deps)];
}
function explain({ explain }) {
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
            const found = await explain(jobId);
            if (found === null)
                throw noSuchJob();
            const { job, reasons, position, positionIsCapped, expectedStartAt } = found;
            return {
                status: 200,
                body: { jobId, status: job.status, reasons, position, positionIsCapped, expectedStartAt },
            };
        },
    });
}
function workers({ workers }) {
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
            const living = await workers.list();
            return { status: 200, body: { workers: living.map(workerView) } };
        },
    });
}
function workerView({ incarnation, name, ...worker }) {
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
    };
}
//# sourceMappingURL=insight.js.map