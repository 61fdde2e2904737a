const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const NUMBER = new Intl.NumberFormat('en-GB')

export function formatCount(count: number): string {
  return NUMBER.format(count)
}

/** A count that was not counted to its end says so. */
export function formatTotal(total: number, isCapped: boolean): string {
  return `${formatCount(total)}${isCapped ? '+' : ''}`
}

/** A span of time in at most two units: `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `6 d 4 h`. */
export function formatSpan(ms: number): string {
  const span = Math.max(0, ms)
  if (span < SECOND) return `${Math.round(span)} ms`
  if (span < 10 * SECOND) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`
  if (span < HOUR) return twoUnits(span, MINUTE, 'min', SECOND, 's')
  if (span < DAY) return twoUnits(span, HOUR, 'h', MINUTE, 'min')
  return twoUnits(span, DAY, 'd', HOUR, 'h')
}

function twoUnits(span: number, unit: number, name: string, part: number, partName: string): string {
  const whole = Math.floor(span / unit)
  const rest = Math.floor((span - whole * unit) / part)
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${partName}`
}

/** Seconds of the API, `null` over no jobs. */
export function formatSeconds(seconds: number | null): string {
  return seconds === null ? '–' : formatSpan(seconds * SECOND)
}

/** A share between 0 and 1, `null` over no jobs; never rounded up to a whole that is not reached. */
export function formatShare(share: number | null): string {
  if (share === null) return '–'
  const percent = share * 100
  if (percent === 100 || percent === 0) return `${percent} %`
  return `${Math.min(99.9, Math.max(0.1, percent)).toFixed(1)} %`
}

/** How long ago, or in what time: `just now`, `42 s ago`, `in 5 min`, `3 d ago`. */
export function formatRelative(at: number, now: number): string {
  const distance = Math.abs(now - at)
  if (distance < 1_500) return 'just now'
  const text = coarseSpan(distance)
  return at > now ? `in ${text}` : `${text} ago`
}

function coarseSpan(span: number): string {
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`
  if (span < 2 * DAY) return `${Math.floor(span / HOUR)} h`
  return `${Math.floor(span / DAY)} d`
}

/** An instant in full, in the zone of whoever looks or in a given one: `2026-03-01 14:05:09.120 GMT+1`. */
export function formatInstant(at: Date, timeZone?: string): string {
  return partsOf(at, { fractionalSecondDigits: 3, timeZoneName: 'short' }, timeZone)
}

/** Only date and minute: `Sun 2026-03-01 14:05`. */
export function formatMinute(at: Date, timeZone?: string): string {
  const day = formatterOf({ weekday: 'short', timeZone }).format(at)
  return `${day} ${partsOf(at, { second: undefined }, timeZone)}`
}

/** Date and minute of a slot, with the second where that is not 0. */
export function formatSlot(at: Date, timeZone?: string): string {
  const second = String(at.getUTCSeconds()).padStart(2, '0')
  return `${formatMinute(at, timeZone)}${second === '00' ? '' : `:${second}`}`
}

export function formatClock(at: Date): string {
  return partsOf(at, { fractionalSecondDigits: 3 }).slice('2026-01-01 '.length)
}

function partsOf(at: Date, options: Intl.DateTimeFormatOptions, timeZone?: string): string {
  const parts = formatterOf({
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...options,
    timeZone,
  }).formatToParts(at)
  const part = (type: string) => parts.find((one) => one.type === type)?.value
  const seconds = part('second') === undefined ? '' : `:${part('second')}`
  const fraction = part('fractionalSecond') === undefined ? '' : `.${part('fractionalSecond')}`
  const zone = part('timeZoneName') === undefined ? '' : ` ${part('timeZoneName')}`
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}${seconds}${fraction}${zone}`
}

/** To make one takes as long as to format with it a hundred times, and a list shows as many times. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options)
  const known = formatters.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-GB', options)
  formatters.set(key, made)
  return made
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1_000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

/** The end of an id is what differs between neighbours: ids begin with their time. */
export function shortId(id: string): string {
  return `…${id.slice(-8)}`
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
