import type { HistoryStore, PruneAnswer, PruneRequest } from '../../application/ports/history-store.js'
import { FINAL_STATUSES } from '../../domain/job.js'
import type { SqlReader } from '../sql/dialect.js'
import { namedFiles, TABLES_OF_A_JOB } from '../sql/history.js'
import { forgottenDeltas, postgresElapsed } from '../sql/job-deltas.js'
import type { Db, Statement } from './postgres-db.js'
import { fenceOf, LEADS } from './postgres-leader-lock.js'

/**
 * Holds jobs whose time is over; walks each status along its own end of the index. Rows that another pruner has locked are left to it.
 */
const PICK: Statement = {
  name: 'pick_over_1',
  text: `with ${LEADS},
x as materialized (
  select f.id from leads cross join unnest($4::text[], $5::timestamptz[]) as s(status, before) cross join lateral (
    select id from finished_jobs
    where status = s.status and finished_at < s.before order by finished_at limit $6 for update skip locked) f
  limit $6)
select (select count(*) from leads) as leads, array(select id from x)::text[] as ids`,
}

/**
 * Only behind `PICK`, in a statement of its own: it sees the link of a retry that was quicker, and no other can come. The version of a key
 * is the one that was sent: none, or that of the job.
 */
const REMOVE: Statement = {
  name: 'remove_over_2',
  text: `with f as (
  delete from finished_jobs where id = any($1::uuid[])
  returning id, definition_key, definition_version, idempotency_key, status, attempts, run_at, started_at, finished_at),
m as (${forgottenDeltas('f', postgresElapsed)}),
k as (
  delete from idempotency_keys k using f x
  where k.definition_key = any(array[x.definition_key]) and k.definition_version in (0, x.definition_version)
    and k.key = any(array[x.idempotency_key]) and k.job_id = any(array[x.id])),
${TABLES_OF_A_JOB.map(([table, job], index) => `t${index} as (delete from ${table} t using f x where t.${job} = any(array[x.id]))`).join(',\n')}
select count(*) as jobs from f`,
}

export class PostgresHistoryStore implements HistoryStore {
  constructor(
    private readonly db: Db,
    private readonly reader: SqlReader,
  ) {}

  async prune({ leadership, endedBefore, limit }: PruneRequest): Promise<PruneAnswer> {
    const statuses = FINAL_STATUSES.filter((status) => endedBefore[status] !== undefined)
    const instants = statuses.map((status) => endedBefore[status])
    return this.db.transaction(async (run) => {
      const [picked] = await run(PICK, [...fenceOf(leadership), statuses, instants, limit])
      if (Number(picked?.['leads']) === 0) return { outcome: 'superseded' }
      const [removed] = await run(REMOVE, [picked?.['ids']])
      return { outcome: 'pruned', jobs: Number(removed?.['jobs']) }
    })
  }

  namedFiles(names: readonly string[]): Promise<ReadonlySet<string>> {
    return namedFiles(this.reader, names, (path) => `regexp_replace(${path}, '^.*/', '')`)
  }
}
