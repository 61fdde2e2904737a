import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'
import { mountAt } from '../adapters/http/mount-point.js'

/** As much of a context of Koa, of whichever version, as is needed to answer in its place. */
export interface KoaContext {
  readonly path: string
  readonly req: IncomingMessage
  readonly res: ServerResponse
  respond?: boolean
}

export type KoaMiddleware = (ctx: KoaContext, next: () => Promise<unknown>) => Promise<void>

/**
 * Answers every request whose path is below `prefix`, and passes the others on. What stands before it sees the answer's end.
 *
 * @throws TypeError unless the prefix is empty or a path such as `/jobs`.
 */
export function koaMiddleware(handle: RequestListener, prefix: string): KoaMiddleware {
  if (!/^(\/[^/?#\s]+)*$/.test(prefix))
    throw new TypeError(`a prefix begins with a slash and ends without one, such as "/jobs"; got "${prefix}"`)
  return async (ctx, next) => {
    const { path, req, res } = ctx
    if (path !== prefix && !path.startsWith(`${prefix}/`)) {
      await next()
      return
    }
    ctx.respond = false
    const unmount = mountAt(prefix, req)
    try {
      // Also when the client has left already: nothing tells of that again.
      const over = finished(res).catch(() => undefined)
      handle(req, res)
      await over
    } finally {
      unmount()
    }
  }
}
