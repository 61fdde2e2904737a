import { builtinDefinitions } from '../adapters/definitions/builtin-definitions.js';
import { deliverCallback } from '../adapters/definitions/deliver-callback.js';
import { ANYWHERE, PUBLIC_INTERNET } from '../adapters/definitions/url-policy.js';
import { jobView } from '../adapters/http/job-view.js';
import { TOKENS } from './tokens.js';
/** What delivers callbacks: every process has it, whatever else it runs. The stores are asked for when something is delivered. */
export function deliveryOf(container) {
    const config = container.get(TOKENS.config);
    return deliverCallback({
        findJob: async (jobId) => {
            const record = await container.get(TOKENS.stores).queries.get(jobId);
            if (record === null || record.job.callback === null)
                return null;
            return { url: record.job.callback.url, view: jobView(record) };
        },
        secrets: config.webhookSecrets.map(({ key }) => key),
        policy: callbackPolicyOf(config),
        concurrencyLimit: config.maxDeliveries,
        now: () => container.get(TOKENS.stores).clock.now(),
        random: container.get(TOKENS.random),
    });
}
/** Where callbacks may go. */
export function callbackPolicyOf({ callbackAllowPrivate }) {
    return callbackAllowPrivate ? ANYWHERE : PUBLIC_INTERNET;
}
/** The definitions that come with the server, bound to this container's files and encoder. */
export function builtinsOf(container) {
    return builtinDefinitions({
        encoder: container.get(TOKENS.encoder),
        files: container.get(TOKENS.files),
        callApiMode: container.get(TOKENS.config).callApiMode,
    });
}
/** Tells the cluster of the definitions of this process, and then of the schedules that they declare. */
export async function publishAll(container) {
    await container.get(TOKENS.publishDefinitions).execute();
    await container.get(TOKENS.publishSchedules).execute();
}
//# sourceMappingURL=definitions.js.map