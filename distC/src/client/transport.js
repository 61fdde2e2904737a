import { ApiError, ConnectionError } from './errors.js';
import { DEFAULT_RETRY, MAX_RETRY_AFTER_SECONDS, retryDelayMs, sleep } from './retry.js';
/** Makes requests, and repeats them while that is harmless and may help. */
export class Transport {
    options;
    base;
    retry;
    constructor(options) {
        this.options = options;
        this.base = options.url.replace(/\/+$/, '');
        this.retry = { ...DEFAULT_RETRY, ...options.retry };
    }
    /** @throws ApiError, ConnectionError, or the reason of the signal. */
    json(method, path, options = {}) {
        return this.repeated(options, () => this.once(method, path, options, readJson));
    }
    /** An answer whose body is yet to be read, which the signal can still cut. */
    stream(path, options = {}) {
        return this.repeated(options, () => this.once('GET', path, options, (response) => response));
    }
    /** Repeats a try of any kind. */
    async repeated({ repeatable = true, signal }, attempt) {
        for (let tries = 1;; tries += 1) {
            try {
                return await attempt();
            }
            catch (error) {
                signal?.throwIfAborted();
                if (tries > this.retry.retries || !isWorthRepeating(error, repeatable))
                    throw error;
                await this.pause(tries, signal, error);
            }
        }
    }
    pause(retry, signal, error) {
        const after = error instanceof ApiError ? error.retryAfterSeconds : null;
        return sleep(retryDelayMs(retry, this.retry, Math.random(), after), signal);
    }
    get retries() {
        return this.retry.retries;
    }
    address(path, query = {}) {
        const given = Object.entries(query).filter(([, value]) => value !== undefined);
        const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
        return `${this.base}${path}${text === '' ? '' : `?${text}`}`;
    }
    headers(more = {}) {
        const { apiKey, headers } = this.options;
        return {
            ...headers,
            ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }),
            ...more,
        };
    }
    /** @throws ApiError for any answer but a success; ConnectionError when none comes. */
    async once(method, path, options, read) {
        const { query, body, signal, extraMs = 0 } = options;
        const withinMs = (this.options.timeoutMs ?? 30_000) + extraMs;
        const late = new AbortController();
        const timer = Number.isFinite(withinMs)
            ? setTimeout(() => late.abort(new Error(`no answer within ${withinMs} ms`)), withinMs)
            : undefined;
        const headers = this.headers(options.headers);
        if (body !== undefined)
            headers['Content-Type'] ??= 'application/json';
        try {
            const response = await (this.options.fetch ?? fetch)(this.address(path, query), {
                method,
                headers,
                signal: signal == null ? late.signal : AbortSignal.any([signal, late.signal]),
                ...(body === undefined ? {} : bodyOf(body)),
            });
            if (!response.ok)
                throw await refusalOf(response);
            return await read(response);
        }
        catch (error) {
            if (error instanceof ApiError)
                throw error;
            signal?.throwIfAborted();
            throw new ConnectionError(`cannot reach ${this.address(path)}: ${reasonOf(error)}`, { cause: error });
        }
        finally {
            clearTimeout(timer);
        }
    }
}
export async function refusalOf(response) {
    const problem = await response.json().catch(() => null);
    const after = Number(response.headers.get('Retry-After') ?? NaN);
    return new ApiError(response.status, typeof problem === 'object' && problem !== null ? problem : {}, Number.isFinite(after) ? after : null);
}
function readJson(response) {
    return response.status === 204 ? Promise.resolve(undefined) : response.json();
}
/** Streams and the like travel as they are; Node asks for `duplex` with them. */
function bodyOf(body) {
    if (body instanceof ReadableStream)
        return Object.assign({ body }, { duplex: 'half' });
    return { body: JSON.stringify(body) };
}
function isWorthRepeating(error, repeatable) {
    if (error instanceof ConnectionError)
        return repeatable;
    if (!(error instanceof ApiError) || (error.retryAfterSeconds ?? 0) > MAX_RETRY_AFTER_SECONDS)
        return false;
    return error.status === 429 || (repeatable && [502, 503, 504].includes(error.status));
}
function reasonOf(error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    if (!(cause instanceof Error))
        return String(cause);
    return cause.message === '' ? (cause.code ?? cause.name) : cause.message;
}
//# sourceMappingURL=transport.js.map