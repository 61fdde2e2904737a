import { jobFilterOf } from '../filters.js';
import { BODY_PROBLEMS, route } from '../route.js';
import { bulkJobsBody, bulkResult } from '../schemas/operators.js';
/** Jobs in bulk, by filter. */
export function bulkRoutes(deps) {
    return [cancel(deps), retry(deps)];
}
function cancel({ bulk }) {
    return route({
        method: 'post',
        path: '/v1/jobs/cancel',
        operationId: 'cancelJobs',
        summary: 'Request the cancellation of all queued and running jobs that match',
        tag: 'jobs',
        access: 'admin',
        body: bulkJobsBody,
        responses: {
            200: { description: 'How many matched, and of how many it was asked for', schema: bulkResult },
        },
        problems: BODY_PROBLEMS,
        async handle({ body: { filter, dryRun = false } }) {
            return { status: 200, body: await bulk.cancelJobs(jobFilterOf(filter), dryRun) };
        },
    });
}
function retry({ bulk }) {
    return route({
        method: 'post',
        path: '/v1/jobs/retry',
        operationId: 'retryJobs',
        summary: 'Make new jobs of all failed and cancelled ones that match, each once',
        tag: 'jobs',
        access: 'admin',
        body: bulkJobsBody,
        responses: {
            200: { description: 'How many matched, and of how many a job was made', schema: bulkResult },
        },
        problems: BODY_PROBLEMS,
        async handle({ body: { filter, dryRun = false } }) {
            return { status: 200, body: await bulk.retryJobs(jobFilterOf(filter), dryRun) };
        },
    });
}
//# sourceMappingURL=bulk.js.map