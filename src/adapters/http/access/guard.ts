import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import type { Context } from 'koa'
import { includesScope, type Scope } from '../../../domain/access.js'
import { RequestError } from '../problem.js'
import { isForThisMachine, isFromForeignPage } from './local-request.js'
import type { KeyHolder, KeyRing } from './key-ring.js'
import type { RateLimiter } from './rate-limiter.js'

/** What a route asks of its caller: a key with this scope, or nothing. */
export type Access = Scope | 'public'

export interface GuardOptions {
  readonly keys: KeyRing
  /** The address that the server listens on; `null` when somebody else answers for who reaches it. */
  readonly listensOn: string | null
  /** Origins whose pages may call, as browsers write them. */
  readonly origins: ReadonlySet<string>
  /** `null`: no limit. */
  readonly limiter: RateLimiter | null
}

/**
 * Decides who gets in. Once there is a key, every request needs one. Before that this machine trusts itself: only requests
 * to it by its own names are let in, and none that a page of another origin has sent.
 */
export class Guard {
  constructor(private readonly options: GuardOptions) {}

  /**
   * Lets a request pass, or not; it is counted against its key's limit, or its address's when it has none.
   *
   * @throws RequestError `unauthorized`, `forbidden`, `foreign-host`, `foreign-origin`, `rate-limited`;
   *   StorageUnavailableError when the keys cannot be read.
   */
  async admit({ req }: Pick<Context, 'req'>, access: Access): Promise<void> {
    if (access === 'public') return
    const { keys } = this.options
    if (await keys.isEmpty()) {
      this.count(req, null)
      this.refuseForeign(req)
      return
    }
    const secret = bearerOf(req)
    const holder = secret === null ? null : await keys.holderOf(secret)
    this.count(req, holder)
    if (holder === null) throw unauthorized(secret !== null)
    if (!includesScope(holder.scope, access)) throw forbidden(access)
  }

  /** Whether a request that was let in once still has its key. Counts nothing; while the keys cannot be read, none is taken away. */
  async isStillKnown({ req }: Pick<Context, 'req'>): Promise<boolean> {
    const { keys } = this.options
    try {
      const secret = bearerOf(req)
      if (secret !== null && (await keys.holderOf(secret)) !== null) return true
      return await keys.isEmpty()
    } catch {
      return true
    }
  }

  private count(request: IncomingMessage, holder: KeyHolder | null): void {
    const { limiter } = this.options
    if (limiter === null) return
    const caller =
      holder === null ? `address ${networkOf(request.socket.remoteAddress ?? '')}` : `key ${holder.id}`
    const waitMs = limiter.take(caller)
    if (waitMs > 0) {
      throw new RequestError('rate-limited', 'more requests than one caller may send in a second', {
        retryAfterSeconds: Math.ceil(waitMs / 1_000),
      })
    }
  }

  private refuseForeign(request: IncomingMessage): void {
    const { listensOn, origins } = this.options
    if (listensOn === null) return
    if (!isForThisMachine(request, listensOn)) {
      const message =
        'no API key is set, so only requests to localhost or to the address in HOST are taken; set API_KEYS'
      throw new RequestError('foreign-host', message)
    }
    if (isFromForeignPage(request, origins)) {
      const message =
        'no API key is set, so pages of other origins are refused; set API_KEYS, or name the origin in CORS_ORIGINS'
      throw new RequestError('foreign-origin', message)
    }
  }
}

function bearerOf({ headers }: IncomingMessage): string | null {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null
}

function unauthorized(hasSecret: boolean): RequestError {
  const detail = hasSecret
    ? 'the API key is not known or was revoked'
    : 'send an API key: Authorization: Bearer <key>'
  const challenge = `Bearer realm="job-server"${hasSecret ? ', error="invalid_token"' : ''}`
  return new RequestError('unauthorized', detail, { headers: { 'WWW-Authenticate': challenge } })
}

function forbidden(requiredScope: Scope): RequestError {
  return new RequestError('forbidden', `this needs a key with the scope ${requiredScope}`, {
    headers: {
      'WWW-Authenticate': `Bearer realm="job-server", error="insufficient_scope", scope="${requiredScope}"`,
    },
    fields: { requiredScope },
  })
}

/** Whoever has an IPv6 address has at least 2⁶⁴ of them: the network counts, not the address. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain
  const [before = '', after] = plain.split('::')
  const groups = (text = ''): string[] => (text === '' ? [] : text.split(':'))
  const [head, tail] = [groups(before), groups(after)]
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  return [...head, ...Array<string>(zeros).fill('0'), ...tail].slice(0, 4).join(':')
}
