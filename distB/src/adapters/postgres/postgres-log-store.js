import { MAX_RUN_LOG_BYTES } from '../../domain/job-log.js';
/** One run of each job at most: a row can be updated once in a statement. */
const APPEND = {
    name: 'append_logs_1',
    text: `with c as materialized (
  select * from unnest($1::uuid[], $2::int[], $3::jsonb[], $4::int[], $5::int[], $6::int[]) as c(job_id, run, lines, n, bytes, dropped)),
h as (
  insert into job_log_heads (job_id, last_id) select job_id, n from c
  on conflict (job_id) do update set last_id = job_log_heads.last_id + excluded.last_id
  returning job_id, last_id),
r as (
  insert into job_log_runs (job_id, run, bytes, dropped) select job_id, run, bytes, dropped from c
  on conflict (job_id, run) do update set bytes = job_log_runs.bytes + excluded.bytes,
    dropped = job_log_runs.dropped + excluded.dropped
  returning job_id, run, bytes),
l as (
  insert into job_logs (job_id, id, run, at, level, message, fields, bytes)
  select c.job_id, h.last_id - c.n + v.place, c.run, (v.line ->> 'at')::timestamptz, v.line ->> 'level', v.line ->> 'message',
    v.line -> 'fields', (v.line ->> 'bytes')::int
  from c join h using (job_id) cross join lateral jsonb_array_elements(c.lines) with ordinality as v(line, place))
select job_id, run from r where bytes > ${MAX_RUN_LOG_BYTES}`,
};
const DROP = {
    name: 'drop_logs_1',
    text: `with d as (
  delete from job_logs where job_id = $1 and run = $2 and id in (
    select id from (
      select id, sum(bytes) over (order by id desc) as upto from job_logs where job_id = $1 and run = $2) as newest
    where upto > ${MAX_RUN_LOG_BYTES})
  returning bytes),
g as (select coalesce(sum(bytes), 0) as bytes, count(*) as lines from d)
update job_log_runs set bytes = job_log_runs.bytes - g.bytes, dropped = job_log_runs.dropped + g.lines
from g where job_id = $1 and run = $2`,
};
export class PostgresLogStore {
    db;
    constructor(db) {
        this.db = db;
    }
    async append(runs) {
        for (let open = runs; open.length > 0;) {
            const jobs = new Map();
            for (const lines of open)
                if (!jobs.has(lines.jobId))
                    jobs.set(lines.jobId, lines);
            // Sorted by job: two batches that lock the same rows in opposite orders would wait for each other.
            await this.appendJobs([...jobs.values()].sort((a, b) => (a.jobId < b.jobId ? -1 : 1)));
            open = open.filter((lines) => jobs.get(lines.jobId) !== lines);
        }
    }
    async appendJobs(jobs) {
        const tooLong = await this.db.query(APPEND, [
            jobs.map(({ jobId }) => jobId),
            jobs.map(({ run }) => run),
            jobs.map(({ lines }) => JSON.stringify(lines)),
            jobs.map(({ lines }) => lines.length),
            jobs.map(({ lines }) => lines.reduce((sum, { bytes }) => sum + bytes, 0)),
            jobs.map(({ dropped }) => dropped),
        ]);
        for (const { job_id: jobId, run } of tooLong)
            await this.db.query(DROP, [jobId, run]);
    }
}
//# sourceMappingURL=postgres-log-store.js.map