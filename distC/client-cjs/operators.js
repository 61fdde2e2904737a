"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Metrics = exports.Definitions = exports.DeadLetters = void 0;
/** Jobs that were given up. */
class DeadLetters {
    transport;
    constructor(transport) {
        this.transport = transport;
    }
    list(query = {}, options = {}) {
        return this.transport.json('GET', '/v1/dlq', { query, ...options });
    }
    /** With the error of every attempt. @throws ApiError `dead-letter-not-found`. */
    get(dlqJobId, options = {}) {
        return this.transport.json('GET', `/v1/dlq/${encodeURIComponent(dlqJobId)}`, options);
    }
    /** Makes a new job of it, once. @throws ApiError `dead-letter-already-retried`, whose problem names the `jobId`. */
    retry(dlqJobId, body = {}, options = {}) {
        const path = `/v1/dlq/${encodeURIComponent(dlqJobId)}/retry`;
        return this.transport.json('POST', path, { body, ...options });
    }
    /** Makes new jobs of all that match. */
    retryAll(body, options = {}) {
        return this.transport.json('POST', '/v1/dlq/retry', { body, ...options });
    }
    /** Puts all aside that match; their jobs stay failed. */
    discardAll(body, options = {}) {
        return this.transport.json('POST', '/v1/dlq/discard', { body, ...options });
    }
}
exports.DeadLetters = DeadLetters;
/** What kinds of jobs the server knows. */
class Definitions {
    transport;
    constructor(transport) {
        this.transport = transport;
    }
    async list(options = {}) {
        const path = '/v1/definitions';
        return (await this.transport.json('GET', path, options)).definitions;
    }
    /** Starts no more jobs of this key; running ones finish. */
    pause(key, options = {}) {
        return this.transport.json('POST', `/v1/definitions/${encodeURIComponent(key)}/pause`, options);
    }
    resume(key, options = {}) {
        return this.transport.json('POST', `/v1/definitions/${encodeURIComponent(key)}/resume`, options);
    }
}
exports.Definitions = Definitions;
/** Figures; `ttl` says how many seconds old they may be. */
class Metrics {
    transport;
    constructor(transport) {
        this.transport = transport;
    }
    overview(query = {}, options = {}) {
        return this.transport.json('GET', '/v1/metrics', { query, ...options });
    }
    definitions(query = {}, options = {}) {
        return this.transport.json('GET', '/v1/metrics/definitions', { query, ...options });
    }
    throughput(query = {}, options = {}) {
        return this.transport.json('GET', '/v1/metrics/throughput', { query, ...options });
    }
    latency(query = {}, options = {}) {
        return this.transport.json('GET', '/v1/metrics/latency', { query, ...options });
    }
}
exports.Metrics = Metrics;
