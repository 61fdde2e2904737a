/** The path below which the API stands, without a slash at its end; empty when it stands at the root. */
export function mountPointOf(request) {
    return typeof request.baseUrl === 'string' ? request.baseUrl.replace(/\/+$/, '') : '';
}
/**
 * Hands a request on as the API would have got it at the root.
 *
 * @param prefix what the path of its URL begins with.
 * @returns puts it back as it was.
 */
export function mountAt(prefix, request) {
    const { url = '/', baseUrl } = request;
    request.baseUrl = `${mountPointOf(request)}${prefix}`;
    const inner = url.slice(prefix.length);
    request.url = inner.startsWith('/') ? inner : `/${inner}`;
    return () => {
        request.url = url;
        request.baseUrl = baseUrl;
    };
}
//# sourceMappingURL=mount-point.js.map