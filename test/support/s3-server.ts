import crypto from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import S3rver from '@20minutes/s3rver'
import type { Context } from 'koa'

export const BUCKET = 'videos'
/** The one pair of keys that the server knows; it checks signatures. */
export const S3_KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

// It hides the last key of a page in a token, with a cipher that the OpenSSL of today has no more.
const { createCipheriv, createDecipheriv } = crypto
const twice = (bytes: unknown): Buffer => Buffer.concat([bytes, bytes] as Buffer[])
crypto.createCipheriv = ((name: string, key: never, iv: never, options?: never) =>
  name === 'des'
    ? createCipheriv('aes-128-cbc', twice(key), twice(iv))
    : createCipheriv(name, key, iv, options)) as typeof createCipheriv
crypto.createDecipheriv = ((name: string, key: never, iv: never, options?: never) =>
  name === 'des'
    ? createDecipheriv('aes-128-cbc', twice(key), twice(iv))
    : createDecipheriv(name, key, iv, options)) as typeof createDecipheriv

/**
 * A real S3 server, s3rver, in a folder of its own. What it lacks is added, on what it keeps itself: to give up the parts of an object,
 * to take none after that, and to list the objects that are in parts.
 */
export class S3Server {
  /** What it was asked for, as `<method> <path>`. */
  readonly requests: string[] = []
  /** Looks at each request before the server does; may hold it, or throw. */
  before: (ctx: Context) => void | Promise<void> = () => undefined

  private constructor(
    private readonly server: S3rver,
    private readonly folder: string,
  ) {}

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), 's3-server-'))
    const server = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: folder,
      vhostBuckets: false,
      configureBuckets: [{ name: BUCKET }],
    })
    // A client that leaves in the middle is what some tests are about.
    server.on('error', () => undefined)
    server.logger.silent = true
    const started = new S3Server(server, folder)
    server.middleware.unshift(async (ctx, next) => {
      started.requests.push(`${ctx.method} ${ctx.path}`)
      await started.before(ctx)
      if (!(await started.serveParts(ctx))) await next()
    })
    // It checks signatures over a bucket's path without the slash at its end, which clients of today send and sign.
    server.middleware.splice(-1, 0, (ctx, next) => {
      if (/^\/[^/]+\/$/.test(ctx.path)) Object.assign(ctx, { mountPath: '/' }).state['vhost'] = true
      return next()
    })
    await server.run()
    return started
  }

  get port(): number {
    return (this.server.httpServer.address() as AddressInfo).port
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** As somebody else would have left it there; without an age, just now. */
  async write(key: string, content: string, ageMs = 0): Promise<void> {
    const path = join(this.folder, BUCKET, `${key}._S3rver_object`)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    const at = new Date(Date.now() - ageMs)
    await utimes(path, at, at)
  }

  /** All keys, those of complete objects only. */
  async keys(): Promise<string[]> {
    const names = await readdir(join(this.folder, BUCKET), { recursive: true })
    return names.flatMap((name) => /^(.*)\._S3rver_object$/.exec(name)?.[1] ?? []).sort()
  }

  /** Keys of the objects that are in parts. */
  async unfinished(): Promise<string[]> {
    return (await this.uploads()).map(({ key }) => key)
  }

  /** Makes everything that is in parts older than it is. */
  async age(ms: number): Promise<void> {
    const at = new Date(Date.now() - ms)
    for (const { path } of await this.uploads()) await utimes(join(path, 'key'), at, at)
  }

  async close(): Promise<void> {
    this.server.httpServer.closeAllConnections()
    await this.server.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  private async uploads(): Promise<{ id: string; path: string; key: string; begunAt: Date }[]> {
    const folder = join(this.folder, BUCKET, '._S3rver_uploads')
    const ids = await readdir(folder).catch(() => [])
    const found = await Promise.all(
      ids.map(async (id) => {
        const path = join(folder, id)
        const file = join(path, 'key')
        // A part that comes after all were given up makes the folder anew, and not this file.
        const key = await readFile(file, 'utf8').catch(() => null)
        if (key === null) return null
        const { mtime } = await stat(file)
        return { id, path, key, begunAt: mtime }
      }),
    )
    return found.filter((upload) => upload !== null)
  }

  private async serveParts(ctx: Context): Promise<boolean> {
    const { uploadId, prefix } = ctx.query
    if (typeof uploadId === 'string' && ctx.method !== 'GET') {
      const upload = (await this.uploads()).find(({ id }) => id === uploadId)
      if (upload !== undefined && ctx.method !== 'DELETE') return false
      if (upload !== undefined) await rm(upload.path, { recursive: true })
      ctx.status = upload === undefined ? 404 : 204
      return true
    }
    if (ctx.method === 'GET' && 'uploads' in ctx.query) {
      const all = (await this.uploads()).filter(({ key }) => key.startsWith(String(prefix ?? '')))
      const entries = all.map(
        ({ id, key, begunAt }) =>
          `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${begunAt.toISOString()}</Initiated></Upload>`,
      )
      ctx.type = 'application/xml'
      ctx.body = `<?xml version="1.0"?><ListMultipartUploadsResult>${entries.join('')}</ListMultipartUploadsResult>`
      return true
    }
    return false
  }
}
