import type { Context, Middleware } from 'koa'
import { RequestError } from '../problem.js'
import { readPageFiles, type PageFile } from './page-files.js'

const PLACE = '/dashboard'
/** Leads to the page on which the API is told, and tried. */
const DOCS = '/docs'
const READS = 'GET, HEAD, OPTIONS'

/** Only what this server sends itself: no inline script or style, nothing from elsewhere. `blob:` is what plays a video that takes a key. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * Serves the dashboard below `/dashboard`, without a key, since it holds nothing but code; whoever opens `/` with a browser, or `/docs`, is
 * led there. All addresses that it answers with are relative, so that a proxy may put the server anywhere.
 *
 * @param folder of the built page; when it is missing, everything else works, and the page says what to do.
 */
export function servePage(folder: string): Middleware {
  let reading: Promise<ReadonlyMap<string, PageFile> | null> | null = null
  const read = async () => {
    const files = await (reading ??= readPageFiles(folder))
    // It may be built while the server runs.
    if (files === null) reading = null
    return files
  }
  return async (ctx, next) => {
    const { path } = ctx
    if (path === '/' && isRead(ctx) && prefersPage(ctx)) return lead(ctx, 'dashboard/')
    if (path === DOCS) return isRead(ctx) ? lead(ctx, 'dashboard/#/api') : refuseMethod(ctx)
    if (path !== PLACE && !path.startsWith(`${PLACE}/`)) {
      await next()
      return
    }
    if (!isRead(ctx)) return refuseMethod(ctx)
    if (path === PLACE) return lead(ctx, 'dashboard/')
    const files = await read()
    if (files === null) {
      const message = 'the dashboard was not built; `npm run build` does so'
      throw new RequestError('dashboard-not-built', message)
    }
    const file = files.get(path.slice(PLACE.length + 1) || 'index.html')
    if (file === undefined) throw new RequestError('not-found', 'there is no such address')
    send(ctx, file)
  }
}

function isRead({ method }: Context): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Browsers ask for HTML; programs, and those who do not say what they want, get the index of the API. */
function prefersPage(ctx: Context): boolean {
  ctx.vary('Accept')
  return ctx.accepts('application/json', 'text/html') === 'text/html'
}

function lead(ctx: Context, to: string): void {
  ctx.status = 302
  ctx.set('Location', to)
}

function refuseMethod(ctx: Context): void {
  if (ctx.method !== 'OPTIONS') {
    throw new RequestError('method-not-allowed', `takes ${READS}`, { headers: { Allow: READS } })
  }
  ctx.set('Allow', READS)
  ctx.status = 204
}

function send(ctx: Context, { type, body, gzipped, etag, isHashed }: PageFile): void {
  ctx.set({
    'Content-Type': type,
    'Content-Security-Policy': PAGE_POLICY,
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
  })
  ctx.vary('Accept-Encoding')
  ctx.status = 200
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  if (gzipped !== null && ctx.acceptsEncodings('gzip', 'identity') === 'gzip') {
    ctx.set('Content-Encoding', 'gzip')
    ctx.body = gzipped
  } else {
    ctx.body = body
  }
  ctx.set('Content-Type', type)
}
