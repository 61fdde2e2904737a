import type { Job } from './job.js'

/** What people type to find a job: its id or the beginning of it, its idempotency key, or words of its error. */
export interface JobSearch {
  /** The ids that begin so, both ends included; `null` when no id does. */
  readonly ids: { readonly from: string; readonly to: string } | null
  readonly key: string
  /** All of them are in the error; empty: no error is looked for. */
  readonly words: readonly string[]
}

const LEAST_ID = '00000000-0000-0000-0000-000000000000'
const GREATEST_ID = LEAST_ID.replaceAll('0', 'f')
/** Longer words are found by their beginning. */
export const MAX_WORD_LENGTH = 64

export function jobSearch(text: string): JobSearch {
  const id = text.toLowerCase()
  const isBeginning = id.length > 0 && /^[0-9a-f-]{1,36}$/.test(id) && dashesFit(id)
  const ids = isBeginning ? { from: filled(id, LEAST_ID), to: filled(id, GREATEST_ID) } : null
  return { ids, key: text, words: errorWords(text) }
}

/**
 * The words of an error: runs of letters and digits, in which only ASCII letters lose their case and every character beyond
 * ASCII is a letter, so that all stores cut the same words.
 */
export function errorWords(text: string): string[] {
  const words = text.split(/[^A-Za-z0-9\u0080-\uffff]+/).filter((word) => word !== '')
  return [
    ...new Set(words.map((word) => asciiLowerCase(Array.from(word).slice(0, MAX_WORD_LENGTH).join('')))),
  ]
}

export function isFound(job: Job, { ids, key, words }: JobSearch): boolean {
  if (ids !== null && ids.from <= job.id && job.id <= ids.to) return true
  if (job.idempotencyKey === key) return true
  if (words.length === 0 || job.errorSummary === null) return false
  const written = new Set(errorWords(job.errorSummary))
  return words.every((word) => written.has(word))
}

export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function dashesFit(id: string): boolean {
  return Array.from(id).every((character, place) => (character === '-') === (LEAST_ID[place] === '-'))
}

function filled(beginning: string, id: string): string {
  return beginning + id.slice(beginning.length)
}
