import type { Knex } from 'knex'
import { MAX_TOTAL, type JobFilter, type Page, type Walk } from '../../application/ports/job-queries.js'
import { FINAL_STATUSES, type FinalStatus, type JobStatus } from '../../domain/job.js'
import type { JobSearch } from '../../domain/job-search.js'
import { JOB_TABLES, type JobTable, type Row, type SqlReader, type WayToFind } from './dialect.js'
import { SUMMARY_COLUMNS } from './job-row.js'

/**
 * No more are sorted: those that wait for one definition, or the ids that a search finds. Beyond that, jobs are walked newest first and looked at.
 */
const FEW = 10_000

type Branch = Knex.QueryBuilder
type Ask = (query: Knex.QueryBuilder) => Promise<readonly Row[]>

/** Where a list takes its jobs from. */
interface Source {
  readonly jobs: Branch
  /** It has few jobs, which are found by an index and sorted, whatever the planner believes. */
  readonly isFew: boolean
  /** They are all that have this value in the column, and an index leads from it to their ids. */
  readonly sole?: Sole
}

interface Sole {
  readonly column: 'definition_key' | 'status'
  readonly value: string
}

export interface ListedRows {
  /** Of one page, and one more if there is. */
  readonly rows: readonly Row[]
  /** Counted up to one more than the most that is told. */
  readonly matching: number
}

/**
 * A page of jobs with their workers' rows, and how many match.
 *
 * A list is a union of branches, one for each status, each of which walks one index from its newest end: the cost follows
 * the page, not the table.
 */
export async function listJobs(
  reader: SqlReader,
  asked: JobFilter,
  { limit, offset, before }: Page,
): Promise<ListedRows> {
  const { knex } = reader
  const filters = await filtersOf(reader, asked)
  const sources = sourcesOf(reader, filters)
  if (sources.length === 0) return { rows: [], matching: 0 }
  const follow = await following(reader, asked, before)
  const union = unionOf(
    knex,
    sources.map((source) => newestOf(reader, source, asked, follow).limit(offset + limit + 1)),
  )
  const page = knex
    .select('j.*', 'w.heartbeat_at', 'w.lease_until', 'r.retried_from')
    .from(union.as('j'))
    .leftJoin('workers as w', livingWorker(reader))
    .leftJoin('job_retries as r', 'r.job_id', 'j.id')
    .modify((query) => void newestFirst(query, asked, 'j'))
    .offset(offset)
    .limit(limit + 1)
  const [rows, matching] = await Promise.all([
    reader.rows(page, true),
    filters.isMany ? MAX_TOTAL + 1 : countedIn(reader, filters),
  ])
  return { rows, matching }
}

async function countedIn(reader: SqlReader, filters: Filters): Promise<number> {
  const { knex } = reader
  const branches = sourcesOf(reader, filters).map((source) =>
    unfollowed(source)
      .clearSelect()
      .select(knex.raw('1 as one'))
      .limit(MAX_TOTAL + 1),
  )
  const [count] = await reader.rows(knex.count({ total: '*' }).from(unionOf(knex, branches).as('c')), true)
  return Number(count?.['total'] ?? 0)
}

export async function jobIds(
  reader: SqlReader,
  asked: JobFilter,
  { limit, after }: Walk,
): Promise<readonly string[]> {
  const filters = await filtersOf(reader, asked)
  const follow = await following(reader, asked, after)
  const branches = sourcesOf(reader, filters).map((source) =>
    newestOf(reader, source, asked, follow).clearSelect().select('t.id', 't.queued_at').limit(limit),
  )
  if (branches.length === 0) return []
  const { knex } = reader
  const walk = newestFirst(knex.select('id').from(unionOf(knex, branches).as('j')), asked, 'j').limit(limit)
  return (await reader.rows(walk, true)).map((row) => row['id'] as string)
}

/** Joins a job `j` with its worker's row `w`, while that is not dead. */
export function livingWorker(reader: SqlReader): Knex.JoinCallback {
  const no = reader.knex.raw(reader.boolean(false))
  return (join) => void join.on('w.incarnation', 'j.worker').andOn('w.dead', no)
}

function isByTime({ createdAfter, createdBefore }: JobFilter): boolean {
  return createdAfter !== undefined || createdBefore !== undefined
}

function newestFirst(query: Knex.QueryBuilder, filter: JobFilter, table: string): Knex.QueryBuilder {
  return (isByTime(filter) ? query.orderBy(`${table}.queued_at`, 'desc') : query).orderBy(
    `${table}.id`,
    'desc',
  )
}

function newestOf(
  reader: SqlReader,
  source: Source,
  filter: JobFilter,
  follow: (source: Source) => Branch,
): Branch {
  const { isFew, sole } = source
  const followed = follow(source)
  // Of `column = value` the planner knows that it does not matter for the order, and may walk all ids for those few that have the value.
  if (sole !== undefined) void followed.orderBy(`t.${sole.column}`, 'desc')
  return isFew && !isByTime(filter)
    ? followed.orderByRaw(`${reader.sortKey('t.id')} desc`)
    : newestFirst(followed, filter, 't')
}

/** Restricts a branch to what comes after this job, wherever that has moved meanwhile; by its id alone when it is gone. */
async function following(
  reader: SqlReader,
  filter: JobFilter,
  id: string | undefined,
): Promise<(source: Source) => Branch> {
  if (id === undefined) return unfollowed
  const byTime =
    isByTime(filter) && (await reader.rows(reader.knex('all_jobs').where('id', id).select('id'))).length === 1
  // The time is looked up where it is kept: a Date could not hold all of its digits.
  const position = '(t.queued_at, t.id) < ((select queued_at from all_jobs where id = ?), ?)'
  return ({ jobs, sole }) => {
    if (byTime) return jobs.whereRaw(position, [id, id])
    if (sole === undefined) return jobs.where('t.id', '<', id)
    const { column, value } = sole
    return jobs.where(`t.${column}`, '>=', value).whereRaw(`(t.${column}, t.id) < (?, ?)`, [value, id])
  }
}

function unfollowed({ jobs, sole }: Source): Branch {
  return sole === undefined ? jobs : jobs.whereBetween(`t.${sole.column}`, [sole.value, sole.value])
}

/** One query for each source of matching jobs: each live status by its lease, each final one by its index. */
function sourcesOf(reader: SqlReader, filters: Filters): Source[] {
  const { statuses, retriable = false } = filters.jobs
  const isWanted = (status: JobStatus): boolean => statuses?.includes(status) ?? true
  const all = statuses === undefined && !retriable
  const wanted = new Set<JobStatus>(retriable ? FINAL_STATUSES.filter(isWanted) : statuses)
  const live = (): Branch => liveJobs(reader, filters.jobs)
  const sources: Source[] = []
  const add = (jobs: Branch, isFew = false): void => void sources.push({ jobs, isFew })
  if (all || wanted.has('queued')) {
    const queued = live().whereNull('lease_token')
    // What their index by time asks for.
    if (isByTime(filters.jobs)) add(queued.where('queued_at', '>', EPOCH))
    else if (filters.waiting === null) add(queued)
    else if (filters.waiting <= FEW) add(queued, true)
    else add(walkedFor(reader, filters.jobs))
  }
  if (all || wanted.has('running')) add(live().whereNotNull('worker').whereNull('cancel_requested_at'), true)
  if (all || wanted.has('cancelling')) add(live().whereNotNull('cancel_requested_at'), true)
  if (all) sources.push(finishedSource(reader, filters.finished_jobs))
  for (const status of FINAL_STATUSES)
    if (wanted.has(status)) sources.push(finishedSource(reader, filters.finished_jobs, status))
  return sources
}

function finishedSource(reader: SqlReader, filter: JobFilter, status?: FinalStatus): Source {
  const { definitionKey, ...others } = filter
  const isNarrow = others.ids !== undefined || others.search !== undefined || isByTime(others)
  const sole = isNarrow ? null : soleOf(definitionKey, status)
  if (sole !== null) return { jobs: finishedJobs(reader, others), isFew: false, sole }
  const jobs = finishedJobs(reader, filter)
  return { jobs: status === undefined ? jobs : jobs.where('status', status), isFew: false }
}

function soleOf(definitionKey: string | undefined, status: FinalStatus | undefined): Sole | null {
  if (definitionKey === undefined) return status === undefined ? null : { column: 'status', value: status }
  return status === undefined ? { column: 'definition_key', value: definitionKey } : null
}

function narrow(
  reader: SqlReader,
  branch: Branch,
  { definitionKey, createdAfter, createdBefore, search, retriable = false }: JobFilter,
): Branch {
  if (definitionKey !== undefined) void branch.where('definition_key', definitionKey)
  if (createdAfter !== undefined) void branch.where('queued_at', '>=', createdAfter)
  if (createdBefore !== undefined) void branch.where('queued_at', '<', createdBefore)
  if (search !== undefined) void branch.where(foundBy(reader, search))
  if (retriable) void branch.whereRaw(RETRIABLE)
  return branch
}

const EPOCH = new Date(0)

const RETRIABLE = `not exists (select 1 from job_retries r where r.retried_from = t.id) and (status = 'cancelled' or exists (
  select 1 from dead_letters d where d.job_id = t.id and d.discarded_at is null))`

function liveJobs(reader: SqlReader, filter: JobFilter): Branch {
  const status = `case when lease_token is null then 'queued' when cancel_requested_at is null then 'running' else 'cancelling' end`
  const [finishedAt] = reader.nulls
  const { knex } = reader
  const selected = knex
    .select([
      ...columns(),
      knex.raw(`${status} as status`),
      knex.raw(`${finishedAt} as finished_at`),
      'worker',
      'lease_token',
    ])
    .from(source(reader, 'jobs', filter.ids))
  return narrow(reader, selected, filter)
}

/** Those that wait for a definition, by expressions that no index has but that of ids. Tokens begin with 1. */
function walkedFor(reader: SqlReader, { definitionKey = '', ...filter }: JobFilter): Branch {
  const waits = "t.definition_key || '' = ? and coalesce(t.lease_token, 0) = 0"
  return liveJobs(reader, filter).whereRaw(waits, [definitionKey])
}

function finishedJobs(reader: SqlReader, filter: JobFilter): Branch {
  const [, worker] = reader.nulls
  const { knex } = reader
  const selected = knex
    .select([
      ...columns(),
      'status',
      'finished_at',
      knex.raw(`${worker} as worker`),
      knex.raw('cast(null as integer) as lease_token'),
    ])
    .from(source(reader, 'finished_jobs', filter.ids))
  return narrow(reader, selected, filter)
}

function columns(): string[] {
  return SUMMARY_COLUMNS.map((column) => `t.${column}`)
}

function source(reader: SqlReader, table: JobTable, ids: readonly string[] | undefined): Knex.Raw {
  return ids === undefined ? reader.knex.raw(`${table} as t`) : reader.byIds(table, ids)
}

function unionOf(knex: Knex, branches: readonly Branch[]): Knex.QueryBuilder {
  const wrapped = branches.map((branch, index) => knex.select('*').from(branch.as(`u${index}`)))
  return knex.queryBuilder().unionAll(wrapped)
}

/** What is found by a job of the table `t` itself. */
function foundBy(reader: SqlReader, { ids, key, words }: JobSearch): (query: Knex.QueryBuilder) => void {
  return (query) => {
    void query.where('t.idempotency_key', key)
    if (ids !== null) void query.orWhereBetween('t.id', [ids.from, ids.to])
    if (words.length > 0) void query.orWhere(reader.errorHas(words))
  }
}

/** What is asked of the jobs of each table; the same but for `search` and `ids`. */
type Filters = Readonly<Record<JobTable, JobFilter>> & {
  /** It is certain already that more match than are counted. */
  readonly isMany: boolean
  /** How many wait for a definition, up to one more than a few; `null` unless they are wanted and nothing else narrows them. */
  readonly waiting: number | null
}

async function filtersOf(reader: SqlReader, asked: JobFilter): Promise<Filters> {
  const filters = await withFewIds(reader, asked)
  const waiting = await waitingFor(reader, filters.jobs)
  return { ...filters, waiting, isMany: filters.isMany || (waiting ?? 0) > MAX_TOTAL }
}

async function waitingFor(reader: SqlReader, filter: JobFilter): Promise<number | null> {
  const { definitionKey, statuses, ids, search, retriable = false } = filter
  const isWanted = !retriable && (statuses?.includes('queued') ?? true)
  if (definitionKey === undefined || !isWanted || ids !== undefined || search !== undefined) return null
  if (isByTime(filter)) return null
  const queue = reader
    .knex('jobs')
    .where('definition_key', definitionKey)
    .whereNull('lease_token')
    .select('id')
  const [way] = await counted(reader, [{ tables: ['jobs'], ids: queue }], (query) => reader.rows(query, true))
  return way?.total ?? 0
}

/** Turns a search that finds few jobs of a table into their ids; each way to find some has its index. */
async function withFewIds(reader: SqlReader, filter: JobFilter): Promise<Omit<Filters, 'waiting'>> {
  const { search, ...rest } = filter
  if (search === undefined) return { jobs: filter, finished_jobs: filter, isMany: false }
  const { knex } = reader
  const ask: Ask = (query) => reader.searched(query)
  const ways = await counted(reader, waysToFind(reader, search), ask)
  const few = ways.filter(({ total }) => total > 0 && total <= FEW)
  const walked = ways.filter(({ total }) => total > FEW).flatMap(({ tables }) => tables)
  const rows = few.length === 0 ? [] : await ask(unionOf(knex, few.map(limited)))
  const found = new Set(rows.map(({ id }) => id as string))
  // Of both tables: a job may have ended since.
  const listed = {
    ...rest,
    ids: rest.ids === undefined ? [...found] : rest.ids.filter((id) => found.has(id)),
  }
  const of = (table: JobTable): JobFilter => (found.size > FEW || walked.includes(table) ? filter : listed)
  const isMany = Object.keys(rest).length === 0 && ways.some(({ total }) => total > MAX_TOTAL)
  return { jobs: of('jobs'), finished_jobs: of('finished_jobs'), isMany }
}

/** Each with how many it finds, one more than few at most. */
async function counted(
  reader: SqlReader,
  ways: readonly WayToFind[],
  ask: Ask,
): Promise<readonly (WayToFind & { readonly total: number })[]> {
  const { knex } = reader
  const counts = ways.map((way, index) =>
    knex
      .count({ total: '*' })
      .select(knex.raw(`${index} as way`))
      .from(limited(way).as('found')),
  )
  const totals = new Map<number, number>()
  for (const { way, total } of await ask(unionOf(knex, counts))) totals.set(Number(way), Number(total))
  return ways.map((way, index) => ({ ...way, total: totals.get(index) ?? 0 }))
}

const limited = ({ ids }: WayToFind): Branch => ids.clone().limit(FEW + 1)

function waysToFind(reader: SqlReader, { ids, key, words }: JobSearch): WayToFind[] {
  const { knex } = reader
  const ways: WayToFind[] = [
    { tables: JOB_TABLES, ids: knex('idempotency_keys').where('key', key).select({ id: 'job_id' }) },
  ]
  if (ids !== null)
    for (const table of JOB_TABLES)
      ways.push({ tables: [table], ids: knex(table).whereBetween('id', [ids.from, ids.to]).select('id') })
  return words.length === 0 ? ways : [...ways, ...reader.errorIds(words)]
}
