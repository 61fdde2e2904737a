/** Any value that survives a round trip through JSON text. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** A place in a JSON document (RFC 6901) and what is wrong there. */
export interface Flaw {
  readonly pointer: string
  readonly message: string
}

const MAX_DEPTH = 64
const MAX_KEYS = 10_000
const MAX_ITEMS = 100_000
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * The first reason why a parsed JSON value cannot be kept and given back unchanged by every store, or `null`.
 *
 * Refused: NUL and lone surrogates (PostgreSQL cannot hold them), more than 64 levels, more than 10,000 keys in all,
 * arrays of more than 100,000 items, keys that would change a prototype, numbers that JSON text cannot carry exactly.
 */
export function flawOf(value: unknown, pointer = ''): Flaw | null {
  const flaw = flawBelow(value, 0, { keys: 0 })
  return flaw === null ? null : { pointer: pointer + flaw.pointer, message: flaw.message }
}

/**
 * Calls itself at most as deep as the value may be. Pointers are put together on the way back, since nearly all values have no flaw.
 *
 * @param seen counts on through the whole value.
 */
function flawBelow(item: unknown, depth: number, seen: { keys: number }): Flaw | null {
  const message =
    flawOfScalar(item) ?? (depth > MAX_DEPTH ? `is nested deeper than ${MAX_DEPTH} levels` : null)
  if (message !== null) return { pointer: '', message }
  if (Array.isArray(item)) return flawOfItems(item, depth, seen)
  if (typeof item !== 'object' || item === null) return null
  for (const [key, child] of Object.entries(item)) {
    if (++seen.keys > MAX_KEYS) return { pointer: '', message: `has more than ${MAX_KEYS} keys` }
    if (FORBIDDEN_KEYS.has(key)) return { pointer: '', message: `has a key that is not allowed: ${key}` }
    const badKey = flawOfScalar(key)
    if (badKey !== null) return { pointer: '', message: `has a key that ${badKey}` }
    const flaw = flawBelow(child, depth + 1, seen)
    if (flaw !== null) return { pointer: `/${escapePointer(key)}${flaw.pointer}`, message: flaw.message }
  }
  return null
}

function flawOfItems(items: readonly unknown[], depth: number, seen: { keys: number }): Flaw | null {
  if (items.length > MAX_ITEMS) return { pointer: '', message: `has more than ${MAX_ITEMS} items` }
  for (const [index, item] of items.entries()) {
    const flaw = flawBelow(item, depth + 1, seen)
    if (flaw !== null) return { pointer: `/${index}${flaw.pointer}`, message: flaw.message }
  }
  return null
}

function flawOfScalar(value: unknown): string | null {
  if (typeof value === 'string') {
    if (value.includes('\u0000')) return 'contains the character U+0000'
    if (!value.isWellFormed()) return 'contains a lone surrogate'
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return 'is a number out of range'
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      return 'is a number out of range: integers beyond 2^53 - 1 lose digits, send them as strings'
    }
  }
  return null
}

/** One reference token of a JSON pointer, escaped, and cut so that an error never echoes much of its input. */
export function escapePointer(key: string): string {
  return key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')
}

/** JSON text with sorted keys: equal values give equal text. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, item: JsonValue) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
}

/** Text that every store can hold: NUL and lone surrogates become U+FFFD. */
export function scrubText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD')
}

/**
 * What a handler returned or emitted, as JSON that every store can hold: unstorable characters replaced, `undefined` and
 * functions dropped as JSON does.
 *
 * @throws TypeError when the value has no JSON text (a cycle, a BigInt).
 */
export function scrubJson(value: unknown): JsonValue {
  return measuredJson(value).json
}

/** The same, and how long its JSON text is at most: each character that is replaced was longer before. */
export function measuredJson(value: unknown): { readonly json: JsonValue; readonly length: number } {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) return { json: null, length: 4 }
  // NUL and lone surrogates stand in JSON text as escapes.
  const json = text.includes('\\u') ? scrubbed(text) : (JSON.parse(text) as JsonValue)
  return { json, length: text.length }
}

function scrubbed(text: string): JsonValue {
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item === 'string') return scrubText(item)
    if (
      typeof item === 'object' &&
      item !== null &&
      !Array.isArray(item) &&
      Object.keys(item).some((key) => scrubText(key) !== key)
    ) {
      return Object.fromEntries(Object.entries(item).map(([key, child]) => [scrubText(key), child]))
    }
    return item
  }) as JsonValue
}
