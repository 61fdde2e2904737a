/**
 * Array parameters as PostgreSQL reads them. The driver quotes and escapes every element of an array, numbers too, which takes longer than
 * all the rest of a settle; what needs no quotes has none here (manual, 8.15.2).
 */

/** Of numbers, or of texts without anything that would have to be quoted: ids, instants in ISO 8601. */
export function plainArray(values: readonly (number | string | null)[]): string {
  // `join` would write nothing for null.
  return `{${values.map((value) => value ?? 'NULL').join()}}`
}

/**
 * What all values have in common, once: an element takes the database as long to read as other parts of its row to write. The statement gives the
 * first to rows for which there is none.
 */
export function sharedArray(values: readonly (number | string)[]): string {
  return plainArray(values.every((value) => value === values[0]) ? values.slice(0, 1) : values)
}

/** Without elements when there is no value at all: rows beyond the end of an array have none. */
export function sparseArray(values: readonly (number | null)[]): string {
  return plainArray(values.every((value) => value === null) ? [] : values)
}

/** Of JSON values, one document. Each text of an array would be quoted here and read twice there. */
export function jsonDocument(texts: readonly string[]): string {
  return `[${texts.join()}]`
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
