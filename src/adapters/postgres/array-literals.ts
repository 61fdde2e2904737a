/**
 * Array parameters as PostgreSQL reads them. The driver quotes and escapes every element of an array, numbers too, which takes longer than
 * all the rest of a settle; what needs no quotes has none here (manual, 8.15.2).
 */

/** Of numbers, or of texts without anything that would have to be quoted: ids, instants in ISO 8601. */
export function plainArray(values: readonly (number | string | null)[]): string {
  // `join` would write nothing for null.
  return `{${values.map((value) => value ?? 'NULL').join()}}`
}

/** Of instants, exact to the millisecond. */
export function instantArray(values: readonly (Date | null)[]): string {
  // Those of a batch are mostly the same, and each takes a microsecond to write.
  let lastMs = NaN
  let last = ''
  return plainArray(
    values.map((value) => {
      if (value === null) return null
      if (value.getTime() !== lastMs) {
        lastMs = value.getTime()
        last = value.toISOString()
      }
      return last
    }),
  )
}

/** Of JSON texts. They have no control characters, so that quoting them for JSON once more escapes what an array escapes. */
export function jsonArray(texts: readonly (string | null)[]): string {
  return plainArray(texts.map((text) => (text === null ? null : JSON.stringify(text))))
}
