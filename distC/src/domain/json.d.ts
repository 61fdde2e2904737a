/** Any value that survives a round trip through JSON text. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
    readonly [key: string]: JsonValue;
}
/** A place in a JSON document (RFC 6901) and what is wrong there. */
export interface Flaw {
    readonly pointer: string;
    readonly message: string;
}
/**
 * The first reason why a parsed JSON value cannot be kept and given back unchanged by every store, or `null`.
 *
 * Refused: NUL and lone surrogates (PostgreSQL cannot hold them), more than 64 levels, more than 10,000 keys in all,
 * arrays of more than 100,000 items, keys that would change a prototype, numbers that JSON text cannot carry exactly.
 * Walks without recursion, so that depth costs no stack.
 */
export declare function flawOf(value: unknown, pointer?: string): Flaw | null;
/** One reference token of a JSON pointer, escaped, and cut so that an error never echoes much of its input. */
export declare function escapePointer(key: string): string;
/** JSON text with sorted keys: equal values give equal text. */
export declare function canonicalJson(value: JsonValue): string;
/** Text that every store can hold: NUL and lone surrogates become U+FFFD. */
export declare function scrubText(text: string): string;
/**
 * What a handler returned or emitted, as JSON that every store can hold: unstorable characters replaced, `undefined` and
 * functions dropped as JSON does.
 *
 * @throws TypeError when the value has no JSON text (a cycle, a BigInt).
 */
export declare function scrubJson(value: unknown): JsonValue;
