import { createLogger, format, transports, type Logger as Winston } from 'winston'
import type { Logger } from '../../application/ports/logger.js'
import { redactor } from './redact.js'

/** Where a format leaves the line that transports write. */
const LINE = Symbol.for('message')

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const LEVELS: LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Logs one JSON object a line, or text for people. */
export function winstonLogger(options: {
  readonly level: LogLevel
  readonly format: 'json' | 'text'
  /** @default 'stdout' */
  readonly to?: 'stdout' | 'stderr'
  /** Never written, wherever they stand in an entry. */
  readonly secrets?: readonly string[]
}): Logger {
  const redact = redactor(options.secrets ?? [])
  const written = options.format === 'json' ? format.json() : format.printf(textLine)
  const redacted = format((entry) => ({ ...entry, [LINE]: redact(String(entry[LINE])) }))
  const line = format.combine(format.timestamp(), written, redacted())
  const winston = createLogger({
    level: options.level,
    format: line,
    transports: [new transports.Console({ stderrLevels: options.to === 'stderr' ? LEVELS : [] })],
  })
  return adapt(winston)
}

/** @param bound names that every line of it has already. */
function adapt(winston: Winston, bound: ReadonlySet<string> = RESERVED): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, fields?: unknown): void => {
      // As one entry: of a message and its fields apart winston would make a format and its arguments.
      if (winston.isLevelEnabled(level))
        winston.log({ level, message: singleLine(String(message)), ...metaOf(fields, bound) })
    }
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (fields) => adapt(winston.child(fields), new Set([...bound, ...Object.keys(fields)])),
  }
}

const RESERVED: ReadonlySet<string> = new Set(['message', 'level', 'timestamp'])

/**
 * Handlers may log anything; what is not a plain object goes under one name, so that it never spreads over the line, and nothing takes the place of what
 * the line has already.
 */
function metaOf(fields: unknown, bound: ReadonlySet<string>): Record<string, unknown> {
  if (fields === undefined) return {}
  if (fields instanceof Error) return { error: fields.message }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return { value: fields }
  const entries = Object.entries(fields as Record<string, unknown>).map(
    ([name, value]): [string, unknown] => [bound.has(name) ? asField(name) : name, value],
  )
  return Object.fromEntries(entries)
}

function asField(name: string): string {
  return `field${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
}

function textLine({ timestamp, level, message, ...fields }: Record<string, unknown>): string {
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${singleLine(key)}=${singleLine(typeof value === 'string' ? value : jsonOf(value))}`,
  )
  return `${String(timestamp)} ${level as string} ${String(message)}${rest.join('')}`
}

/** What has no JSON text, such as a cycle, says only that. */
function jsonOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  try {
    return String(JSON.stringify(value))
  } catch (error) {
    return `(${(error as Error).message.split('\n')[0] ?? ''})`
  }
}

/** One line per event, whatever a caller's text holds: escapes line breaks and terminal control characters. */
function singleLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1)
    // JSON leaves some of them as they are.
    return escaped === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped
  })
}
