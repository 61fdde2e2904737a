import Router from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { Guard } from './access/guard.js'
import { DEFAULT_PACE, hasBody, readJsonObject, receiveBody } from './body.js'
import type { HttpDeps } from './deps.js'
import { RequestError } from './problem.js'
import { mountPointOf } from './mount-point.js'
import type { Answer, Route } from './route.js'
import { parse, parseBody, parseQuery } from './validate.js'

/** Turns a route table into middleware: validates what comes in, answers what the handlers say, 404 and 405 for the rest. */
export function routerOf(routes: readonly Route[], deps: HttpDeps): Middleware[] {
  const router = routerWith(routes, deps)
  const all = router.routes() as Middleware
  const ofPath = new Map(
    routes
      .filter(({ params }) => params === undefined)
      .map(({ path }) => [path, routerWith(matching(routes, router, path), deps).routes() as Middleware]),
  )
  return [(ctx, next): unknown => (ofPath.get(ctx.path) ?? all)(ctx, next), refuse(deps.guard)]
}

function routerWith(routes: readonly Route[], deps: HttpDeps): Router {
  const router = new Router({ strict: true, sensitive: true })
  for (const route of routes) {
    router[route.method](route.path, async (ctx) => {
      await deps.guard.admit(ctx, route.access)
      const input = {
        ctx,
        params: paramsOf(route, ctx.params),
        query: parseQuery(route.query, ctx.querystring),
        body: await bodyOf(route, ctx, deps.limits),
      }
      send(ctx, await route.handle(input))
    })
  }
  return router
}

/** A router tries the pattern of each of its routes for each request. An address that is known beforehand needs only those that match it. */
function matching(routes: readonly Route[], router: Router, path: string): readonly Route[] {
  const matched = new Set<unknown>(router.match(path, '').path.map((layer) => layer.path))
  return routes.filter((route) => matched.has(route.path))
}

function paramsOf({ params }: Route, given: Readonly<Record<string, string>>): unknown {
  if (params === undefined) return {}
  const parsed = parse(params, given)
  if ('flaws' in parsed) {
    throw new RequestError('malformed-id', 'the id in the address is malformed', { flaws: parsed.flaws })
  }
  return parsed.value
}

async function bodyOf(route: Route, { req }: Context, limits: HttpDeps['limits']): Promise<unknown> {
  const { maxBodyBytes: maxOneBytes, maxBatchBytes, bodyPace: pace = DEFAULT_PACE } = limits
  const { bodyIsOptional = false, isBatch = false } = route
  const maxBodyBytes = isBatch ? maxBatchBytes : maxOneBytes
  if (bodyIsOptional && !hasBody(req)) return {}
  if (route.body !== undefined) return parseBody(route.body, await readJsonObject(req, maxBodyBytes, pace))
  // A body that no one asked for is read all the same, or the connection could not be used again.
  if (route.form === undefined && hasBody(req)) await receiveBody(req, maxBodyBytes, pace, () => undefined)
  return undefined
}

function send(ctx: Context, { status, headers = {}, body }: Answer): void {
  ctx.status = status
  if (body !== undefined) ctx.body = body
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value)
  if (headers.Location !== undefined) ctx.set('Location', `${mountPointOf(ctx.req)}${headers.Location}`)
}

/** Runs when no route took the request. Who may read nothing is not told what there is, either. */
const refuse =
  (guard: Guard): Middleware =>
  async (ctx) => {
    await guard.admit(ctx, 'read')
    const matched = (ctx as { matched?: readonly { readonly methods: readonly string[] }[] }).matched ?? []
    const methods = new Set(matched.flatMap(({ methods }) => methods))
    if (methods.size === 0) throw new RequestError('not-found', 'there is no such address')
    const allow = [...methods, 'OPTIONS'].join(', ')
    if (ctx.method !== 'OPTIONS') {
      throw new RequestError('method-not-allowed', `takes ${allow}`, { headers: { Allow: allow } })
    }
    ctx.set('Allow', allow)
    ctx.status = 204
  }
