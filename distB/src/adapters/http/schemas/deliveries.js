import { z } from 'zod';
import { CALLBACK_EVENTS } from '../../../domain/callback.js';
import { instant, jobStatus } from './common.js';
const delivery = z
    .object({
    deliveryId: z.uuid().meta({ description: 'Id of the job that delivers' }),
    messageId: z
        .uuid()
        .meta({ description: 'The `webhook-id` of its requests; a delivery that is retried by hand keeps it' }),
    event: z.enum(CALLBACK_EVENTS),
    status: jobStatus,
    attempts: z.int(),
    maxAttempts: z.int(),
    httpStatus: z.int().nullable().meta({ description: 'What the receiver answered last' }),
    lastError: z.string().nullable(),
    nextAttemptAt: instant
        .nullable()
        .meta({ description: '`null` while one is under way, and after the last' }),
    createdAt: instant,
    finishedAt: instant.nullable(),
})
    .meta({ id: 'Delivery' });
export const deliveryList = z
    .object({ jobId: z.uuid(), deliveries: z.array(delivery) })
    .meta({ id: 'DeliveryList' });
//# sourceMappingURL=deliveries.js.map