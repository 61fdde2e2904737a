import { z } from 'zod';
import { createJobBody } from '../adapters/http/schemas/jobs.js';
import { parse } from '../adapters/http/validate.js';
import { JobServerError } from '../domain/errors.js';
/** Checks each and accepts those that are right, in one transaction; one answer each, same order. */
export async function enqueueEach(requests, enqueueJobs, tracing) {
    const checked = requests.map(requestOf);
    const accepted = checked.filter((request) => !isRefused(request));
    const what = [...new Set(accepted.map(({ definitionKey }) => definitionKey))].join(', ');
    const answers = await tracing.enqueuing(what, null, (traceparent) => enqueueJobs.execute(accepted.map((request) => ({ traceparent: traceparent ?? undefined, ...request }))));
    let next = 0;
    return checked.map((request) => isRefused(request) ? { error: request } : answers[next++]);
}
/** What the body of `POST /v1/jobs` takes, with dates as dates. */
const requestSchema = createJobBody.extend({ runAt: z.date().optional() });
/** The request that it stands for, or why it is none: what types do not say is checked as it is over HTTP. */
export function requestOf(embedded) {
    const parsed = parse(requestSchema, { ...embedded });
    if ('flaws' in parsed) {
        const told = parsed.flaws.map(({ pointer, message }) => `${pointer.slice(1)}: ${message}`).join('; ');
        return new JobServerError('validation-error', `the request is not valid: ${told}`, {
            flaws: parsed.flaws,
        });
    }
    const { idempotencyKey, ...request } = embedded;
    if (idempotencyKey === undefined)
        return request;
    const { runAt, ...rest } = request;
    const said = { ...rest, runAt: runAt?.toISOString() };
    // As the request would travel: without what was not said.
    const body = JSON.parse(JSON.stringify(said));
    return { ...request, idempotency: { key: idempotencyKey, body } };
}
export function isRefused(request) {
    return request instanceof JobServerError;
}
//# sourceMappingURL=embedded-request.js.map