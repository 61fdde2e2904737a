import { once } from 'node:events';
import { mountAt } from '../adapters/http/mount-point.js';
/**
 * Answers every request whose path is below `prefix`, and passes the others on. What stands before it sees the answer's end.
 *
 * @throws TypeError unless the prefix is empty or a path such as `/jobs`.
 */
export function koaMiddleware(handle, prefix) {
    if (!/^(\/[^/?#\s]+)*$/.test(prefix))
        throw new TypeError(`a prefix begins with a slash and ends without one, such as "/jobs"; got "${prefix}"`);
    return async (ctx, next) => {
        const { path, req, res } = ctx;
        if (path !== prefix && !path.startsWith(`${prefix}/`)) {
            await next();
            return;
        }
        ctx.respond = false;
        const unmount = mountAt(prefix, req);
        try {
            const closed = once(res, 'close');
            handle(req, res);
            await closed;
        }
        finally {
            unmount();
        }
    };
}
//# sourceMappingURL=koa-middleware.js.map