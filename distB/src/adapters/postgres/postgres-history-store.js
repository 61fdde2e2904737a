import { FINAL_STATUSES } from '../../domain/job.js';
import { namedFiles, TABLES_OF_A_JOB } from '../sql/history.js';
import { forgottenDeltas, postgresElapsed } from '../sql/job-deltas.js';
import { fenceOf, LEADS } from './postgres-leader-lock.js';
/**
 * Walks each status along its own end of the index. Rows that another pruner has locked are left to it. The version of a key is
 * the one that was sent: none, or that of the job.
 */
const PRUNE = {
    name: 'prune_1',
    text: `with ${LEADS},
x as materialized (
  select f.* from leads cross join unnest($4::text[], $5::timestamptz[]) as s(status, before) cross join lateral (
    select id, definition_key, definition_version, idempotency_key from finished_jobs
    where status = s.status and finished_at < s.before order by finished_at limit $6 for update skip locked) f
  limit $6),
f as (
  delete from finished_jobs f using x where f.id = x.id
  returning f.definition_key, f.definition_version, f.status, f.attempts, f.run_at, f.started_at, f.finished_at),
m as (${forgottenDeltas('f', postgresElapsed)}),
k as (
  delete from idempotency_keys k using x
  where k.definition_key = x.definition_key and k.definition_version in (0, x.definition_version) and k.key = x.idempotency_key
    and k.job_id = x.id),
${TABLES_OF_A_JOB.map(([table, job], index) => `t${index} as (delete from ${table} t using x where t.${job} = x.id)`).join(',\n')}
select (select count(*) from leads) as leads, (select count(*) from f) as jobs`,
};
export class PostgresHistoryStore {
    db;
    reader;
    constructor(db, reader) {
        this.db = db;
        this.reader = reader;
    }
    async prune({ leadership, endedBefore, limit }) {
        const statuses = FINAL_STATUSES.filter((status) => endedBefore[status] !== undefined);
        const instants = statuses.map((status) => endedBefore[status]);
        const [row] = await this.db.query(PRUNE, [...fenceOf(leadership), statuses, instants, limit]);
        return Number(row?.['leads']) === 0
            ? { outcome: 'superseded' }
            : { outcome: 'pruned', jobs: Number(row?.['jobs']) };
    }
    namedFiles(names) {
        return namedFiles(this.reader, names, (path) => `regexp_replace(${path}, '^.*/', '')`);
    }
}
//# sourceMappingURL=postgres-history-store.js.map