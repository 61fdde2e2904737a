import type { Context, Middleware } from 'koa'

const EXPOSED =
  'Location, Retry-After, X-Request-Id, Idempotency-Replayed, Content-Disposition, WWW-Authenticate, ETag, Accept-Ranges, Content-Range'
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const HEADERS =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Last-Event-ID, Range, X-Request-Id, traceparent, tracestate'
const PREFLIGHT_SECONDS = '600'

/** Lets pages of the given origins read answers (`*`: of any), and answers their preflights; without an origin nothing is said. */
export function cors(origins: ReadonlySet<string>): Middleware {
  return async (ctx, next) => {
    if (origins.size > 0) ctx.vary('Origin')
    const origin = ctx.get('Origin')
    if (origin === '' || !(origins.has('*') || origins.has(origin))) {
      await next()
      return
    }
    ctx.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED })
    // Who may embed an answer is a matter of this list now.
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    if (isPreflight(ctx)) answerPreflight(ctx)
    else await next()
  }
}

function isPreflight(ctx: Context): boolean {
  return ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== ''
}

function answerPreflight(ctx: Context): void {
  ctx.set({
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': HEADERS,
    'Access-Control-Max-Age': PREFLIGHT_SECONDS,
  })
  ctx.status = 204
}
