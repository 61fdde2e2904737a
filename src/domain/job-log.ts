import { scrubJson, scrubText, type JsonObject } from './json.js'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What a run wrote, ready to be kept. */
export interface NewLogLine {
  readonly at: Date
  readonly level: LogLevel
  readonly message: string
  readonly fields: JsonObject
  /** What it counts for in its run's log. */
  readonly bytes: number
}

/** A line of a job's log. `id` grows within the job. */
export interface LogLine extends Omit<NewLogLine, 'bytes'> {
  readonly id: number
  readonly run: number
}

/** Of one run; beyond it the oldest lines are dropped and counted. */
export const MAX_RUN_LOG_BYTES = 1024 * 1024
export const MAX_LOG_MESSAGE_BYTES = 16 * 1024
export const MAX_LOG_FIELDS_BYTES = 16 * 1024
/** So that a million empty lines are not free. */
const LINE_BYTES = 32

/** A line as it is kept: every store can hold it, and what is too long is cut and says so. Never throws. */
export function newLogLine(level: LogLevel, message: string, fields: unknown, at: Date): NewLogLine {
  const text = cut(scrubText(message))
  const { json, bytes } = keptFields(fields)
  return { at, level, message: text, fields: json, bytes: LINE_BYTES + byteLength(text) + bytes }
}

function keptFields(fields: unknown): { readonly json: JsonObject; readonly bytes: number } {
  if (fields === undefined || fields === null) return { json: {}, bytes: 2 }
  const json = objectOf(fields)
  const bytes = byteLength(JSON.stringify(json))
  if (bytes <= MAX_LOG_FIELDS_BYTES) return { json, bytes }
  const dropped = `fields of ${bytes} bytes; at most ${MAX_LOG_FIELDS_BYTES} are kept`
  return { json: { dropped }, bytes: byteLength(dropped) }
}

function objectOf(fields: unknown): JsonObject {
  try {
    if (fields instanceof Error) return { error: scrubText(textOf(fields)) }
    const json = scrubJson(fields)
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as JsonObject)
      : { value: json }
  } catch {
    return { value: 'not JSON' }
  }
}

/** A stack may be anything: whoever sets `Error.prepareStackTrace` may make a list of it. */
function textOf(error: Error): string {
  const { stack } = error as { readonly stack?: unknown }
  return typeof stack === 'string' ? stack : String(error)
}

function cut(text: string): string {
  // No character takes more than three bytes for each of its units.
  if (text.length * 3 <= MAX_LOG_MESSAGE_BYTES) return text
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= MAX_LOG_MESSAGE_BYTES) return text
  const note = `… (cut: ${bytes.length} bytes)`
  let end = MAX_LOG_MESSAGE_BYTES - byteLength(note)
  // Never in the middle of a character.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return new TextDecoder().decode(bytes.subarray(0, end)) + note
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
