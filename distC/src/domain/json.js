const MAX_DEPTH = 64;
const MAX_KEYS = 10_000;
const MAX_ITEMS = 100_000;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
/**
 * The first reason why a parsed JSON value cannot be kept and given back unchanged by every store, or `null`.
 *
 * Refused: NUL and lone surrogates (PostgreSQL cannot hold them), more than 64 levels, more than 10,000 keys in all,
 * arrays of more than 100,000 items, keys that would change a prototype, numbers that JSON text cannot carry exactly.
 * Walks without recursion, so that depth costs no stack.
 */
export function flawOf(value, pointer = '') {
    const open = [{ value, pointer, depth: 0 }];
    let keys = 0;
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { value: item, pointer: at, depth } = next;
        const message = flawOfScalar(item) ?? (depth > MAX_DEPTH ? `is nested deeper than ${MAX_DEPTH} levels` : null);
        if (message !== null)
            return { pointer: at, message };
        if (Array.isArray(item)) {
            if (item.length > MAX_ITEMS)
                return { pointer: at, message: `has more than ${MAX_ITEMS} items` };
            item.forEach((child, index) => open.push({ value: child, pointer: `${at}/${index}`, depth: depth + 1 }));
        }
        else if (typeof item === 'object' && item !== null) {
            for (const [key, child] of Object.entries(item)) {
                if (++keys > MAX_KEYS)
                    return { pointer: at, message: `has more than ${MAX_KEYS} keys` };
                if (FORBIDDEN_KEYS.has(key))
                    return { pointer: at, message: `has a key that is not allowed: ${key}` };
                const badKey = flawOfScalar(key);
                if (badKey !== null)
                    return { pointer: at, message: `has a key that ${badKey}` };
                open.push({ value: child, pointer: `${at}/${escapePointer(key)}`, depth: depth + 1 });
            }
        }
    }
    return null;
}
function flawOfScalar(value) {
    if (typeof value === 'string') {
        if (value.includes('\u0000'))
            return 'contains the character U+0000';
        if (!value.isWellFormed())
            return 'contains a lone surrogate';
    }
    if (typeof value === 'number') {
        if (!Number.isFinite(value))
            return 'is a number out of range';
        if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
            return 'is a number out of range: integers beyond 2^53 - 1 lose digits, send them as strings';
        }
    }
    return null;
}
/** One reference token of a JSON pointer, escaped, and cut so that an error never echoes much of its input. */
export function escapePointer(key) {
    return key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
/** JSON text with sorted keys: equal values give equal text. */
export function canonicalJson(value) {
    return JSON.stringify(value, (_key, item) => typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item);
}
/** Text that every store can hold: NUL and lone surrogates become U+FFFD. */
export function scrubText(text) {
    return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}
/**
 * What a handler returned or emitted, as JSON that every store can hold: unstorable characters replaced, `undefined` and
 * functions dropped as JSON does.
 *
 * @throws TypeError when the value has no JSON text (a cycle, a BigInt).
 */
export function scrubJson(value) {
    const text = JSON.stringify(value);
    if (text === undefined)
        return null;
    // NUL and lone surrogates stand in JSON text as escapes.
    if (!text.includes('\\u'))
        return JSON.parse(text);
    return JSON.parse(text, (_key, item) => {
        if (typeof item === 'string')
            return scrubText(item);
        if (typeof item === 'object' &&
            item !== null &&
            !Array.isArray(item) &&
            Object.keys(item).some((key) => scrubText(key) !== key)) {
            return Object.fromEntries(Object.entries(item).map(([key, child]) => [scrubText(key), child]));
        }
        return item;
    });
}
//# sourceMappingURL=json.js.map