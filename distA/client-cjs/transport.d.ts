import { ApiError } from './errors.js';
import { type RetryOptions } from './retry.js';
export interface ClientOptions {
    /** Where the API is, such as `http://localhost:3000`; a path before `/v1` is kept, and `''` is the page's own origin. */
    readonly url: string;
    /** Sent as a bearer token. */
    readonly apiKey?: string;
    /** How long one try may take, in milliseconds; streams and downloads until they begin, uploads as long as they need. @default 30000 */
    readonly timeoutMs?: number;
    readonly retry?: RetryOptions;
    /** Added to every request. */
    readonly headers?: Readonly<Record<string, string>>;
    /** What makes the requests. @default the global `fetch` */
    readonly fetch?: typeof fetch;
}
/** What every call takes. */
export interface CallOptions {
    /** Ends the call, and what it waits for; it rejects with the signal's reason. */
    readonly signal?: AbortSignal | undefined;
}
export interface RequestOptions extends CallOptions {
    readonly query?: Readonly<Record<string, unknown>> | undefined;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    /** Whether asking twice is the same as asking once; otherwise only a 429 is asked again. @default true */
    readonly repeatable?: boolean;
    /** Beyond the client's own timeout: as long as the server was asked to wait. */
    readonly extraMs?: number;
}
type Read<T> = (response: Response) => T | Promise<T>;
/** Makes requests, and repeats them while that is harmless and may help. */
export declare class Transport {
    private readonly options;
    private readonly base;
    private readonly retry;
    constructor(options: ClientOptions);
    /** @throws ApiError, ConnectionError, or the reason of the signal. */
    json<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
    /** An answer whose body is yet to be read, which the signal can still cut. */
    stream(path: string, options?: RequestOptions): Promise<Response>;
    /** Repeats a try of any kind. */
    repeated<T>({ repeatable, signal }: RequestOptions, attempt: () => Promise<T>): Promise<T>;
    pause(retry: number, signal: AbortSignal | undefined, error?: unknown): Promise<void>;
    get retries(): number;
    address(path: string, query?: Readonly<Record<string, unknown>>): string;
    headers(more?: Readonly<Record<string, string>>): Record<string, string>;
    /** @throws ApiError for any answer but a success; ConnectionError when none comes. */
    once<T>(method: string, path: string, options: RequestOptions, read: Read<T>): Promise<T>;
}
export declare function refusalOf(response: Response): Promise<ApiError>;
export {};
