import { z } from 'zod';
import { JOB_STATUSES } from '../../../domain/job.js';
export const MAX_INT = 2_147_483_647;
export const instant = z.iso.datetime().meta({ description: 'ISO 8601, UTC, milliseconds' });
export const jobStatus = z.enum(JOB_STATUSES).meta({ id: 'JobStatus' });
export const anyJson = z
    .custom((value) => value !== undefined)
    .meta({ type: ['object', 'array', 'string', 'number', 'boolean', 'null'], description: 'Any JSON value' });
/** A JSON object that keeps its identity: a record schema would build a copy without keys such as `__proto__`. */
export const jsonObject = z
    .custom((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: 'must be an object',
})
    .meta({ type: 'object', additionalProperties: true });
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const jobId = z
    .string()
    .regex(ID, 'is not an id')
    .toLowerCase()
    .meta({ type: 'string', format: 'uuid', description: 'Id of a job' });
export const jobParams = z.object({ jobId });
/** A text without NUL or other control characters. */
export const plainText = (max) => z
    .string()
    .max(max)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'contains a character that is not allowed');
/** An integer in a query string or form field. */
export const textInteger = (min, max, byDefault) => z
    .string()
    .regex(/^-?\d{1,15}$/, `must be an integer, ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .meta({
    type: 'integer',
    minimum: min,
    maximum: max,
    ...(byDefault === undefined ? {} : { default: byDefault }),
});
/** A number of seconds in a query string, to the millisecond. */
export const textSeconds = (max) => z
    .string()
    .regex(/^\d{1,9}(\.\d{1,3})?$/, `must be a number of seconds, 0 to ${max}`)
    .transform(Number)
    .pipe(z.number().max(max))
    .meta({ type: 'number', minimum: 0, maximum: max });
export const problemSchema = z
    .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
})
    .meta({
    id: 'Problem',
    description: 'RFC 9457 problem details; some problems carry more, such as the `jobId` of a conflict',
});
//# sourceMappingURL=common.js.map