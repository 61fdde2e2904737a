import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
/** As much of a context of Koa, of whichever version, as is needed to answer in its place. */
export interface KoaContext {
    readonly path: string;
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    respond?: boolean;
}
export type KoaMiddleware = (ctx: KoaContext, next: () => Promise<unknown>) => Promise<void>;
/**
 * Answers every request whose path is below `prefix`, and passes the others on. What stands before it sees the answer's end.
 *
 * @throws TypeError unless the prefix is empty or a path such as `/jobs`.
 */
export declare function koaMiddleware(handle: RequestListener, prefix: string): KoaMiddleware;
