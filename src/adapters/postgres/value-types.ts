import pg from 'pg'

const { TIMESTAMPTZ, JSON: JSON_TEXT, JSONB } = pg.types.builtins

/**
 * An instant as PostgreSQL writes it in UTC, `2026-11-26 08:01:10.123456+00`, to the millisecond; `null` for any other text: another time
 * zone of the session, infinity, years beyond four digits. The driver's own way costs ten times as much, for each of three instants of a job.
 */
export function utcInstant(text: string): Date | null {
  const { length } = text
  if (length < 22 || text.charCodeAt(10) !== SPACE || !text.endsWith('+00')) return null
  // `Date.UTC` takes years below 100 for some of the twentieth century.
  if (text.startsWith('00')) return null
  // Trailing zeros are left out.
  let fraction = 0
  for (let at = 20; at < 23; at += 1) fraction = fraction * 10 + (at < length - 3 ? digit(text, at) : 0)
  const day = Date.UTC(two(text, 0) * 100 + two(text, 2), two(text, 5) - 1, two(text, 8))
  const seconds = (two(text, 11) * 60 + two(text, 14)) * 60 + two(text, 17)
  return new Date(day + seconds * 1_000 + fraction)
}

/** The same in any other zone, which a connection that is not ours may have: `2026-11-26 13:31:10.5+05:30`. */
function zonedInstant(text: string): Date | null {
  if (!/^\d{4}-\d\d-\d\d [\d:.]+[+-]\d\d(:\d\d)?$/.test(text)) return null
  return new Date(text.replace(' ', 'T').replace(/[+-]\d\d$/, '$&:00'))
}

const SPACE = 32
const ZERO = 48

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - ZERO
}

function two(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1)
}

/**
 * How values are read: instants and JSON by us, whatever else the program that we are part of has told the driver to make of them; all
 * others as the driver does.
 */
export const VALUE_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (id: typeof TIMESTAMPTZ, format?: 'text' | 'binary') => {
    const parse = pg.types.getTypeParser(id, format) as (text: string) => unknown
    if (format === 'binary') return parse
    if (id === JSON_TEXT || id === JSONB) return JSON.parse
    return id === TIMESTAMPTZ
      ? (text: string) => utcInstant(text) ?? zonedInstant(text) ?? parse(text)
      : parse
  },
}
