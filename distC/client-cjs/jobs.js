"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Jobs = void 0;
const job_handle_js_1 = require("./job-handle.js");
const random_key_js_1 = require("./random-key.js");
class Jobs {
    transport;
    constructor(transport) {
        this.transport = transport;
    }
    create(what, second, third = {}) {
        if (!('run' in what))
            return this.start(what, second ?? {});
        const { signal, ...rest } = third;
        const { key, version } = what;
        return this.start({ ...rest, definitionKey: key, definitionVersion: version, params: second }, { signal });
    }
    /** A job by its id; nothing is asked yet. */
    handle(jobId) {
        return new job_handle_js_1.JobHandle(this.transport, jobId);
    }
    get(jobId, options = {}) {
        return this.handle(jobId).get(options);
    }
    /** One page, newest first; `nextCursor` leads to the next. */
    list(query = {}, options = {}) {
        return this.transport.json('GET', '/v1/jobs', { query, ...options });
    }
    cancel(jobId, options = {}) {
        return this.handle(jobId).cancel(options);
    }
    /** Cancels all that match. */
    cancelAll(body, options = {}) {
        return this.transport.json('POST', '/v1/jobs/cancel', { body, ...options });
    }
    /** Makes new jobs of all failed and cancelled ones that match, each once. */
    retryAll(body, options = {}) {
        return this.transport.json('POST', '/v1/jobs/retry', { body, ...options });
    }
    start(request, { signal }) {
        const { idempotencyKey = (0, random_key_js_1.randomKey)(), ...body } = request;
        const accepted = this.transport
            .json('POST', '/v1/jobs', { body: { ...body, idempotencyKey }, signal })
            .then(({ jobId }) => this.handle(jobId));
        return Object.assign(accepted, {
            wait: async (...options) => (await accepted).wait(...options),
            result: async (...options) => (await accepted).result(...options),
            events: async function* (...options) {
                yield* (await accepted).events(...options);
            },
        });
    }
}
exports.Jobs = Jobs;
