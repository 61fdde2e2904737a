import { httpStatusOf } from '../../../domain/delivery.js';
import { isFinished } from '../../../domain/job.js';
import { route } from '../route.js';
import { jobParams } from '../schemas/common.js';
import { deliveryList } from '../schemas/deliveries.js';
import { noSuchJob } from './jobs.js';
/** What the callbacks of jobs were told. */
export function deliveryRoutes({ queries }) {
    return [
        route({
            method: 'get',
            path: '/v1/jobs/:jobId/deliveries',
            operationId: 'listJobDeliveries',
            summary: 'What the callback of a job was told, or will be, newest first',
            tag: 'jobs',
            access: 'read',
            params: jobParams,
            responses: { 200: { description: 'At most 1,000; none without a callback', schema: deliveryList } },
            problems: ['malformed-id', 'job-not-found'],
            async handle({ params: { jobId } }) {
                const found = await queries.deliveries(jobId);
                if (found === null)
                    throw noSuchJob();
                return { status: 200, body: { jobId, deliveries: found.map(deliveryView) } };
            },
        }),
    ];
}
function deliveryView(delivery) {
    // Only the server makes jobs of this definition, and always with these.
    const { messageId, event } = delivery.params;
    return {
        deliveryId: delivery.id,
        messageId,
        event,
        status: delivery.status,
        attempts: delivery.attempts,
        maxAttempts: delivery.maxAttempts,
        httpStatus: httpStatusOf(delivery),
        lastError: delivery.errorSummary,
        nextAttemptAt: delivery.status === 'queued' ? delivery.runAt.toISOString() : null,
        createdAt: delivery.queuedAt.toISOString(),
        finishedAt: isFinished(delivery) ? delivery.finishedAt.toISOString() : null,
    };
}
//# sourceMappingURL=deliveries.js.map