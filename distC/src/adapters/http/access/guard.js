import { isIPv6 } from 'node:net';
import { includesScope } from '../../../domain/access.js';
import { RequestError } from '../problem.js';
import { isForThisMachine, isFromForeignPage } from './local-request.js';
/**
 * Decides who gets in. Once there is a key, every request needs one. Before that this machine trusts itself: only requests
 * to it by its own names are let in, and none that a page of another origin has sent.
 */
export class Guard {
    options;
    constructor(options) {
        this.options = options;
    }
    /**
     * Lets a request pass, or not; it is counted against its key's limit, or its address's when it has none.
     *
     * @throws RequestError `unauthorized`, `forbidden`, `foreign-host`, `foreign-origin`, `rate-limited`;
     *   StorageUnavailableError when the keys cannot be read.
     */
    async admit({ req }, access) {
        if (access === 'public')
            return;
        const { keys } = this.options;
        if (await keys.isEmpty()) {
            this.count(req, null);
            this.refuseForeign(req);
            return;
        }
        const secret = bearerOf(req);
        const holder = secret === null ? null : await keys.holderOf(secret);
        this.count(req, holder);
        if (holder === null)
            throw unauthorized(secret !== null);
        if (!includesScope(holder.scope, access))
            throw forbidden(access);
    }
    count(request, holder) {
        const { limiter } = this.options;
        if (limiter === null)
            return;
        const caller = holder === null ? `address ${networkOf(request.socket.remoteAddress ?? '')}` : `key ${holder.id}`;
        const waitMs = limiter.take(caller);
        if (waitMs > 0) {
            throw new RequestError('rate-limited', 'more requests than one caller may send in a second', {
                retryAfterSeconds: Math.ceil(waitMs / 1_000),
            });
        }
    }
    refuseForeign(request) {
        const { listensOn, origins } = this.options;
        if (listensOn === null)
            return;
        if (!isForThisMachine(request, listensOn)) {
            const message = 'no API key is set, so only requests to localhost or to the address in HOST are taken; set API_KEYS';
            throw new RequestError('foreign-host', message);
        }
        if (isFromForeignPage(request, origins)) {
            const message = 'no API key is set, so pages of other origins are refused; set API_KEYS, or name the origin in CORS_ORIGINS';
            throw new RequestError('foreign-origin', message);
        }
    }
}
function bearerOf({ headers }) {
    return /^Bearer +([\x21-\x7e]+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}
function unauthorized(hasSecret) {
    const detail = hasSecret
        ? 'the API key is not known or was revoked'
        : 'send an API key: Authorization: Bearer <key>';
    const challenge = `Bearer realm="job-server"${hasSecret ? ', error="invalid_token"' : ''}`;
    return new RequestError('unauthorized', detail, { headers: { 'WWW-Authenticate': challenge } });
}
function forbidden(requiredScope) {
    return new RequestError('forbidden', `this needs a key with the scope ${requiredScope}`, {
        headers: {
            'WWW-Authenticate': `Bearer realm="job-server", error="insufficient_scope", scope="${requiredScope}"`,
        },
        fields: { requiredScope },
    });
}
/** Whoever has an IPv6 address has at least 2⁶⁴ of them: the network counts, not the address. */
function networkOf(address) {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
    if (!isIPv6(plain))
        return plain;
    const [before = '', after] = plain.split('::');
    const groups = (text = '') => (text === '' ? [] : text.split(':'));
    const [head, tail] = [groups(before), groups(after)];
    const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
    return [...head, ...Array(zeros).fill('0'), ...tail].slice(0, 4).join(':');
}
//# sourceMappingURL=guard.js.map