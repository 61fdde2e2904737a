import type { JobStatus } from '../api/types.js'
import { addressOf } from './address.js'

export const STATUSES: readonly JobStatus[] = [
  'queued',
  'running',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
]

/** Spans that a list or a chart looks back, by their name in the address. */
export const SPANS: Readonly<Record<string, number>> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
}

/** The span that an address names; `''` when there is none of that name. */
export function spanIn(query: URLSearchParams): string {
  const span = query.get('span') ?? ''
  return Object.hasOwn(SPANS, span) ? span : ''
}

/** In place of a span: between two instants, each of which may be open. */
export const BETWEEN = 'between'

/** What a list of jobs shows; absent: all. */
export interface JobFilter {
  readonly statuses: readonly JobStatus[]
  readonly definitionKey: string
  readonly text: string
  /** One of `SPANS`, counted back from the present hour or minute, instead of `after`; or `BETWEEN`. */
  readonly span: string
  /** Instants, ISO 8601. */
  readonly after: string
  readonly before: string
}

export const EVERY_JOB: JobFilter = {
  statuses: [],
  definitionKey: '',
  text: '',
  span: '',
  after: '',
  before: '',
}

/** The filter that an address tells; what it cannot tell is passed over. */
export function filterOf(query: URLSearchParams): JobFilter {
  const named = (query.get('status') ?? '').split(',')
  return {
    statuses: STATUSES.filter((status) => named.includes(status)),
    definitionKey: query.get('definition') ?? '',
    text: query.get('q') ?? '',
    span: query.get('span') === BETWEEN ? BETWEEN : spanIn(query),
    after: instantOf(query.get('after')),
    before: instantOf(query.get('before')),
  }
}

function instantOf(text: string | null): string {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? '' : new Date(at).toISOString()
}

export function addressOfFilter(filter: JobFilter, cursor = ''): string {
  return addressOf('/jobs', {
    status: filter.statuses.join(','),
    definition: filter.definitionKey,
    q: filter.text,
    span: filter.span,
    after: filter.after,
    before: filter.before,
    cursor,
  })
}

export function isEveryJob(filter: JobFilter): boolean {
  return addressOfFilter(filter) === addressOfFilter(EVERY_JOB)
}

/** The filter as the API takes it, in a query and in the body of a bulk operation. */
export interface WireFilter {
  readonly status?: string
  readonly definitionKey?: string
  readonly q?: string
  readonly createdAfter?: string
  readonly createdBefore?: string
}

/** @param now the span is counted back from it, to the minute, so that the same filter asks the same question for a while. */
export function wireFilterOf(filter: JobFilter, now: number): WireFilter {
  const minute = Math.floor(now / 60_000) * 60_000
  const spanMs = SPANS[filter.span]
  const after = spanMs === undefined ? filter.after : new Date(minute - spanMs).toISOString()
  return {
    ...(filter.statuses.length === 0 ? {} : { status: filter.statuses.join(',') }),
    ...(filter.definitionKey === '' ? {} : { definitionKey: filter.definitionKey }),
    ...(filter.text.trim() === '' ? {} : { q: filter.text.trim() }),
    ...(after === '' ? {} : { createdAfter: after }),
    ...(filter.before === '' ? {} : { createdBefore: filter.before }),
  }
}

export function listPath(wire: WireFilter, limit: number, cursor = ''): string {
  const query = new URLSearchParams({ ...wire, limit: String(limit), ...(cursor === '' ? {} : { cursor }) })
  return `/v1/jobs?${query.toString()}`
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The id that a search text is, whole: then there is no need to search. */
export function idIn(text: string): string | null {
  return ID.test(text.trim()) ? text.trim().toLowerCase() : null
}

export const CANCELLABLE: readonly JobStatus[] = ['queued', 'running']
export const RETRYABLE: readonly JobStatus[] = ['failed', 'cancelled']

/** The same filter, only for jobs in one of these statuses; `null` when it has none of them. */
export function narrowed(filter: JobFilter, to: readonly JobStatus[]): JobFilter | null {
  const statuses = filter.statuses.length === 0 ? to : filter.statuses.filter((status) => to.includes(status))
  return statuses.length === 0 ? null : { ...filter, statuses }
}
