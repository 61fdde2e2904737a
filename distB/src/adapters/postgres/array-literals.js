/**
 * Array parameters as PostgreSQL reads them. The driver quotes and escapes every element of an array, numbers too, which takes longer than
 * all the rest of a settle; what needs no quotes has none here (manual, 8.15.2).
 */
/** Of numbers, or of texts without anything that would have to be quoted: ids, instants in ISO 8601. */
export function plainArray(values) {
    // `join` would write nothing for null.
    return `{${values.map((value) => value ?? 'NULL').join()}}`;
}
/** Of instants, exact to the millisecond. */
export function instantArray(values) {
    return plainArray(values.map((value) => value?.toISOString() ?? null));
}
/** Of JSON texts. They have no control characters, so that quoting them for JSON once more escapes what an array escapes. */
export function jsonArray(texts) {
    return plainArray(texts.map((text) => (text === null ? null : JSON.stringify(text))));
}
//# sourceMappingURL=array-literals.js.map