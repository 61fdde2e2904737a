"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.JobHandle = void 0;
exports.isFinal = isFinal;
const errors_js_1 = require("./errors.js");
const event_stream_js_1 = require("./event-stream.js");
/** How long the server is asked to wait; below what proxies give up after. */
const LONG_POLL_SECONDS = 25;
/** One job of the server. Holds nothing but its id. */
class JobHandle {
    transport;
    jobId;
    constructor(transport, jobId) {
        this.transport = transport;
        this.jobId = jobId;
    }
    /** @throws ApiError `job-not-found`. */
    get(options = {}) {
        return this.read('', options);
    }
    /**
     * The job as it is once it is final, however it ended.
     *
     * @throws WaitTimeoutError when it is not final in time; ApiError `job-not-found`; ConnectionError; the reason of the signal.
     */
    async wait({ timeoutMs = Infinity, signal } = {}) {
        const endsAt = performance.now() + timeoutMs;
        for (;;) {
            const leftSeconds = Math.max(0, endsAt - performance.now()) / 1_000;
            const wait = Math.min(LONG_POLL_SECONDS, leftSeconds);
            const job = await this.read('', {
                query: { wait: wait.toFixed(3) },
                extraMs: wait * 1_000,
                signal,
            });
            if (isFinal(job.status))
                return job;
            if (performance.now() >= endsAt)
                throw new errors_js_1.WaitTimeoutError(job, timeoutMs);
        }
    }
    /** The result of the job once it succeeded. @throws JobNotSucceededError when it does not; else as `wait`. */
    async result(options = {}) {
        const job = await this.wait(options);
        if (job.status !== 'succeeded')
            throw new errors_js_1.JobNotSucceededError(job);
        return job.result;
    }
    /** Asks for the end of the job. @throws ApiError `job-already-finished` or `job-not-found`. */
    cancel(options = {}) {
        return this.transport.json('POST', `${this.path}/cancel`, options);
    }
    /** What happened to the job and what does, until it is final; see `jobEvents`. */
    events(options = {}) {
        return (0, event_stream_js_1.jobEvents)(this.transport, this.jobId, options);
    }
    /** Why it is not running. */
    explain(options = {}) {
        return this.read('/explain', options);
    }
    /** How each run ended. */
    attempts(options = {}) {
        return this.read('/attempts', options);
    }
    /** A page of what runs logged. */
    logs(query = {}, options = {}) {
        return this.read('/logs', { query, ...options });
    }
    /** What its callback was told. */
    deliveries(options = {}) {
        return this.read('/deliveries', options);
    }
    get path() {
        return `/v1/jobs/${encodeURIComponent(this.jobId)}`;
    }
    read(what, options) {
        return this.transport.json('GET', `${this.path}${what}`, options);
    }
}
exports.JobHandle = JobHandle;
function isFinal(status) {
    return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}
