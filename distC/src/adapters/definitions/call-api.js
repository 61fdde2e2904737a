import { z } from 'zod';
import { defineJob } from '../../application/default-registry.js';
import { RetryAfterError } from '../../domain/handler-signals.js';
import { flawOf } from '../../domain/json.js';
import { guardedRequest } from './guarded-request.js';
import { sleep } from './sleep.js';
import { urlFlaw } from './url-policy.js';
const SIMULATED_MS = 800;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Some room below the 64 KiB of an event. */
const MAX_EVENT_DATA = 60_000;
const MAX_RETRY_AFTER_SECONDS = 3_600;
/**
 * Calls an HTTP API; what may not be called live is refused when simulated, too.
 *
 * Statuses from 500, 408 and 429 are failures worth another attempt; any other status is the result.
 */
export function callApi(mode, policy) {
    const params = z.object({
        endpoint: z
            .string()
            .max(2_048)
            .superRefine((endpoint, context) => {
            const flaw = urlFlaw(endpoint, policy);
            if (flaw !== null)
                context.addIssue({ code: 'custom', message: `url not allowed: it ${flaw}` });
        }),
        method: z.string().toUpperCase().pipe(z.enum(METHODS)).default('GET'),
        /** Sent as JSON, except with GET and HEAD. */
        payload: z.unknown().optional(),
    });
    return defineJob({
        key: 'call.api',
        version: 1,
        timeoutSeconds: 300,
        params,
        async run({ endpoint, method, payload }, ctx) {
            if (mode === 'simulate') {
                await sleep(SIMULATED_MS, ctx.abortSignal);
                return answered({ status: 200, data: { simulated: true, endpoint, method } }, ctx);
            }
            const withBody = payload !== undefined && method !== 'GET' && method !== 'HEAD';
            const response = await guardedRequest({
                url: endpoint,
                method,
                body: withBody ? JSON.stringify(payload) : null,
                signal: ctx.abortSignal,
                policy,
            });
            const answer = await answered({ status: response.status, data: dataOf(response) }, ctx);
            failIfTemporary(response);
            return answer;
        },
    });
}
async function answered(response, ctx) {
    const fits = Buffer.byteLength(JSON.stringify(response)) <= MAX_EVENT_DATA;
    await ctx.emitEvent('api_response', fits ? response : { status: response.status, data: null, truncated: true });
    return response;
}
/** JSON where it says so and is such that it can be kept, else the text. */
function dataOf({ headers, body }) {
    if (!/\bjson\b/i.test(headers['content-type'] ?? ''))
        return body;
    try {
        const data = JSON.parse(body);
        return flawOf(data) === null ? data : body;
    }
    catch {
        return body;
    }
}
function failIfTemporary({ status, headers }) {
    if (status < 500 && status !== 408 && status !== 429)
        return;
    const seconds = Number(headers['retry-after']);
    const message = `the endpoint answered ${status}`;
    if (seconds > 0)
        throw new RetryAfterError(Math.min(seconds, MAX_RETRY_AFTER_SECONDS), message);
    throw new Error(message);
}
//# sourceMappingURL=call-api.js.map