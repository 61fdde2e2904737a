import { isIP, isIPv4 } from 'node:net';
const HOST = /^[A-Za-z0-9._:[\]-]+$/;
const MAX_HOST = 255;
const EVERY_ADDRESS = new Set(['0.0.0.0', '[::]']);
/** Clients name few hosts, and each of their requests names one: reading it as a URL takes longer than most of what else is checked. */
const MAX_KNOWN = 100;
const known = new Map();
/** The host of a `Host` header, without its port, as URLs write it; `null` when it is none. */
export function hostOf(header) {
    if (header === undefined || header.length > MAX_HOST)
        return null;
    let host = known.get(header);
    if (host === undefined) {
        host = readHost(header);
        if (known.size >= MAX_KNOWN)
            known.clear();
        known.set(header, host);
    }
    return host;
}
function readHost(header) {
    return HOST.test(header) && URL.canParse(`http://${header}`) ? new URL(`http://${header}`).hostname : null;
}
/**
 * Whether a request was sent to this machine by a name that no page of the web can have brought about: a loopback name or
 * address, the host that the server was told to listen on, or any address when it listens on all. A page may point a name of
 * its own to this machine (DNS rebinding), but not an address.
 */
export function isForThisMachine({ headers }, listensOn) {
    const host = hostOf(headers.host);
    if (host === null)
        return false;
    const own = hostOf(isIP(listensOn) === 6 ? `[${listensOn}]` : listensOn);
    if (host === own || isLoopback(host))
        return true;
    return own !== null && EVERY_ADDRESS.has(own) && isIP(host.replace(/^\[|\]$/g, '')) !== 0;
}
export function isLoopback(host) {
    if (host === 'localhost' || host.endsWith('.localhost') || host === '[::1]')
        return true;
    return isIPv4(host) && host.startsWith('127.');
}
/** Whether a page of another origin made a browser send this. Only the host is compared: a proxy may speak TLS for us. */
export function isFromForeignPage({ headers }, trusted) {
    const { origin, host } = headers;
    if (origin === undefined || trusted.has(origin))
        return false;
    return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}
//# sourceMappingURL=local-request.js.map