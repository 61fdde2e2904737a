/** So far apart a zone is asked for its offset. No two changes were closer than a summer time of one week, in Brazil in 2000. */
const STEP_MS = 6 * 86_400_000
const MAX_YEARS = 64

/** A change of the clocks: the first instant of the new offset, and both offsets from UTC; all in milliseconds. */
export interface Change {
  readonly at: number
  readonly before: number
  readonly after: number
}

interface Year {
  readonly offset: number
  readonly changes: readonly Change[]
}

/** A time zone as Node knows it, which can be asked for its changes; each year is looked through once. */
export class Zone {
  readonly #years = new Map<number, Year>()

  /** @throws RangeError when Node knows no zone of this name. */
  constructor(readonly name: string) {
    // Offsets such as `+01:00` are none: newer versions of Node take them, older ones do not.
    if (!/^[A-Za-z]/.test(name)) throw new RangeError(`${name} is not a time zone`)
    new Intl.DateTimeFormat('en-US', { timeZone: name })
  }

  /** From UTC, in milliseconds; ahead of it is positive. */
  offsetAt(instant: number): number {
    const { offset, changes } = this.#year(yearOf(instant))
    return changes.findLast(({ at }) => at <= instant)?.after ?? offset
  }

  /** The first change after one instant, up to and including another. */
  changeAfter(after: number, until: number): Change | null {
    const last = yearOf(until)
    for (let year = yearOf(after); year <= last; year += 1) {
      const change = this.#year(year).changes.find(({ at }) => at > after)
      if (change !== undefined) return change.at <= until ? change : null
    }
    return null
  }

  #year(year: number): Year {
    const known = this.#years.get(year)
    if (known !== undefined) return known
    if (this.#years.size >= MAX_YEARS) this.#years.clear()
    const read = readYear(this.name, year)
    this.#years.set(year, read)
    return read
  }
}

function yearOf(instant: number): number {
  return new Date(instant).getUTCFullYear()
}

/** A change at the very beginning of a year belongs to the year before. */
function readYear(name: string, year: number): Year {
  // Not kept: a formatter is heavy, and a year is read once.
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  const offsetAt = (instant: number): number => parseOffset(format.format(instant))
  const changes: Change[] = []
  const end = Date.UTC(year + 1, 0, 1)
  const begin = Date.UTC(year, 0, 1)
  const offset = offsetAt(begin)
  let before = offset
  for (let from = begin; from < end; from += STEP_MS) {
    const until = Math.min(from + STEP_MS, end)
    const after = offsetAt(until)
    if (after !== before) changes.push({ at: firstWith(after, offsetAt, from, until), before, after })
    before = after
  }
  return { offset, changes }
}

/** Changes come at whole seconds. */
function firstWith(
  offset: number,
  offsetAt: (instant: number) => number,
  before: number,
  from: number,
): number {
  let [without, having] = [before, from]
  while (having - without > 1_000) {
    const middle = Math.floor((without + having) / 2_000) * 1_000
    if (offsetAt(middle) === offset) having = middle
    else without = middle
  }
  return having
}

function parseOffset(formatted: string): number {
  const [, sign = '+', hours = 0, minutes = 0, seconds = 0] =
    /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(formatted) ?? []
  return Number(`${sign}1`) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000
}
