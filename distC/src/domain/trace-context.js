const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/**
 * The `traceparent` that a caller sent, as version 00 of [W3C Trace Context](https://www.w3.org/TR/trace-context/); `null` when it
 * sent none, or none that is valid: a request is never refused for it.
 */
export function traceparentOf(sent) {
    const [, version, trace = '', parent = '', flags = '', more] = TRACEPARENT.exec(sent ?? '') ?? [];
    if (version === undefined || version === 'ff' || (version === '00' && more !== undefined))
        return null;
    if (/^0+$/.test(trace) || /^0+$/.test(parent))
        return null;
    return `00-${trace}-${parent}-${flags}`;
}
//# sourceMappingURL=trace-context.js.map