const STARS = '***';
const PATTERNS = [
    [/(\b(?:Bearer|Basic) +)[A-Za-z0-9._~+/=-]+/gi, `$1${STARS}`],
    // Greedy up to the last @ before a slash: a password may hold one itself.
    [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/"'\\]+@/gi, `$1${STARS}@`],
    [/\bjsk_[A-Za-z0-9_-]{20,}/g, STARS],
];
/**
 * Makes what takes secrets out of a line: the given ones wherever they stand, as JSON or a URL would write them too, and
 * whatever looks like a credential.
 */
export function redactor(secrets) {
    const written = secrets.flatMap((secret) => [
        secret,
        JSON.stringify(secret).slice(1, -1),
        encodeURIComponent(secret),
    ]);
    // The longest first: one secret may begin another.
    const known = [...new Set(written)].filter((text) => text !== '').sort((a, b) => b.length - a.length);
    return (line) => {
        let safe = line;
        for (const secret of known)
            safe = safe.replaceAll(secret, STARS);
        for (const [pattern, replacement] of PATTERNS)
            safe = safe.replace(pattern, replacement);
        return safe;
    };
}
//# sourceMappingURL=redact.js.map