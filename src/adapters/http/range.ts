import { RequestError } from './problem.js'

export interface ByteRange {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

/**
 * The bytes that a `Range` header asks for; `null`: all of them (no header, or a unit that is not bytes).
 *
 * @throws RequestError `range-not-satisfiable` for a range outside the file, and for several at once.
 */
export function readRange(header: string | undefined, size: number): ByteRange | null {
  if (header === undefined || !/^bytes[ \t]*=/i.test(header)) return null
  const match = /^bytes[ \t]*=[ \t]*(?:(\d+)-(\d*)|-(\d+))[ \t]*$/i.exec(header)
  if (match === null) throw notSatisfiable(size)
  const [, first, last, suffix] = match
  const start = suffix === undefined ? Number(first) : Math.max(0, size - Number(suffix))
  const end =
    suffix !== undefined || last === '' || last === undefined ? size - 1 : Math.min(Number(last), size - 1)
  if (start > end) throw notSatisfiable(size)
  return { start, end }
}

function notSatisfiable(size: number): RequestError {
  return new RequestError('range-not-satisfiable', `takes one range within ${size} bytes`, {
    headers: { 'Content-Range': `bytes */${size}` },
  })
}
