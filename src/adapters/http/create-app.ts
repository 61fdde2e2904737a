import { randomUUID } from 'node:crypto'
import Koa, { type Context, type Middleware } from 'koa'
import type { Logger } from '../../application/ports/logger.js'
import { cors } from './access/cors.js'
import { SECURITY_HEADERS } from './access/security-headers.js'
import { DEFAULT_PACE, hasBody, linger } from './body.js'
import type { HttpDeps } from './deps.js'
import { mountPointOf } from './mount-point.js'
import { openApiDocument } from './openapi.js'
import { servePage } from './page/serve-page.js'
import { isTold, problemOf, RequestError } from './problem.js'
import type { Route } from './route.js'
import { routerOf } from './router.js'
import { bulkRoutes } from './routes/bulk.js'
import { deadLetterRoutes } from './routes/dead-letters.js'
import { deliveryRoutes } from './routes/deliveries.js'
import { insightRoutes } from './routes/insight.js'
import { jobRoutes } from './routes/jobs.js'
import { liveRoutes } from './routes/live.js'
import { metricsRoutes } from './routes/metrics.js'
import { pauseRoutes } from './routes/pause.js'
import { runRoutes } from './routes/runs.js'
import { scheduleActionRoutes } from './routes/schedule-actions.js'
import { scheduleRoutes } from './routes/schedules.js'
import { serviceRoutes } from './routes/service.js'
import { videoRoutes } from './routes/videos.js'

export type { HttpDeps } from './deps.js'

const MAX_URL_LENGTH = 8192
const FIXED_HEADERS = Object.entries(SECURITY_HEADERS)
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/

/** The REST API as a Koa application; it holds no state of its own and opens no port. */
export function createApp(deps: HttpDeps): Koa {
  const routes: Route[] = [
    ...jobRoutes(deps),
    ...liveRoutes(deps),
    ...runRoutes(deps),
    ...deliveryRoutes(deps),
    ...insightRoutes(deps),
    ...bulkRoutes(deps),
    ...deadLetterRoutes(deps),
    ...pauseRoutes(deps),
    ...scheduleRoutes(deps),
    ...scheduleActionRoutes(deps),
    ...videoRoutes(deps),
    ...metricsRoutes(deps),
  ]
  let document: object | undefined
  routes.push(...serviceRoutes(deps, () => (document ??= openApiDocument(routes))))

  const app = new Koa()
  const logged = new WeakSet<object>()
  app.on('error', (error: Error) => {
    // Koa tells of a stream that broke off twice: from the stream and from the response.
    if (!logged.has(error)) logLate(deps.logger, error)
    logged.add(error)
  })
  app.use(envelope(deps))
  app.use(cors(deps.corsOrigins))
  app.use(checkHead)
  app.use(servePage(deps.pageDir))
  for (const middleware of routerOf(routes, deps)) app.use(middleware)
  return app
}

/** What holds for every answer: its id, its headers, and that an error becomes a problem document. */
function envelope({ isStopping, logger, limits }: HttpDeps): Middleware {
  const { windowMs } = limits.bodyPace ?? DEFAULT_PACE
  return async (ctx, next) => {
    const given = ctx.get('X-Request-Id')
    const requestId = REQUEST_ID.test(given) ? given : randomUUID()
    ctx.res.setHeader('X-Request-Id', requestId)
    for (const [name, value] of FIXED_HEADERS) ctx.res.setHeader(name, value)
    try {
      await next()
    } catch (error) {
      if (!isTold(error)) logger.error('a request failed', { requestId, ...describe(ctx, error) })
      await answerProblem(ctx, error, requestId)
    }
    // A body that nobody has read, and that never ends, would keep the connection. One that was read may have its end still ahead of it.
    const isUnread = !ctx.req.complete && !ctx.req.readableDidRead
    if (isStopping() || isUnread) ctx.set('Connection', 'close')
    // A client that takes nothing of its answer for so long would hold memory and an open file for ever.
    ctx.res.setTimeout(windowMs)
  }
}

const CLIENT_LEFT = new Set(['ECONNRESET', 'EPIPE', 'ECANCELED', 'ERR_STREAM_PREMATURE_CLOSE'])

/** Errors that come after the headers: a file that cannot be read, or a client that leaves in the middle of a download. */
function logLate(logger: Logger, { code, stack, message }: NodeJS.ErrnoException): void {
  if (code !== undefined && CLIENT_LEFT.has(code)) logger.debug('a client left early', { code })
  else logger.error('a response broke off', { error: stack ?? message })
}

async function answerProblem(ctx: Context, error: unknown, requestId: string): Promise<void> {
  const { status, headers, body } = problemOf(error, requestId)
  if (hasBody(ctx.req)) await linger(ctx.req)
  if (status === 413 || (hasBody(ctx.req) && !ctx.req.readableEnded)) ctx.set('Connection', 'close')
  ctx.status = status
  ctx.remove('Content-Disposition')
  const mount = mountPointOf(ctx.req)
  ctx.body = JSON.stringify({ ...body, type: `${mount}${body.type}`, instance: `${mount}${body.instance}` })
  ctx.set('Content-Type', 'application/problem+json')
  ctx.set(headers)
}

function describe(ctx: Context, error: unknown): Record<string, unknown> {
  const failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { method: ctx.method, path: ctx.path.slice(0, 100), error: failure }
}

const checkHead: Middleware = async (ctx, next) => {
  if (ctx.req.httpVersion === '1.1' && ctx.req.headers.host === undefined) {
    throw new RequestError('malformed-request', 'HTTP/1.1 asks for a Host header')
  }
  if (ctx.url.length > MAX_URL_LENGTH) {
    throw new RequestError('uri-too-long', `the URL may have at most ${MAX_URL_LENGTH} characters`)
  }
  try {
    decodeURIComponent(ctx.path)
  } catch {
    throw new RequestError('malformed-url', 'the path has a malformed percent-encoding')
  }
  await next()
}
