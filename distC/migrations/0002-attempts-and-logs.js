/**
 * What became of each run, and what its handler wrote. The record of a run that succeeded rides in `finished_jobs`. Lines of logs are
 * numbered within their job from `job_log_heads`; `job_log_runs` counts what is kept of each run and what was dropped.
 */
export async function up(knex) {
    const { config } = knex.client;
    const postgres = config.client === 'pg';
    const uuid = postgres ? 'uuid' : 'text';
    const json = postgres ? 'jsonb' : 'text';
    const instant = postgres ? 'timestamptz' : 'integer';
    const big = postgres ? 'bigint' : 'integer';
    const keyed = postgres ? '' : ' strict, without rowid';
    const statements = [
        `create table job_attempts (
      job_id ${uuid} not null, run integer not null, attempt integer not null, worker_name text, started_at ${instant} not null,
      ended_at ${instant} not null, outcome text not null, error text, exit_code integer, signal text, cpu_ms ${big},
      max_rss_bytes ${big}, primary key (job_id, run),
      constraint job_attempts_outcome check (outcome in ('succeeded', 'error', 'timeout', 'cancelled', 'crashed', 'oom', 'lease_lost',
        'interrupted', 'snoozed')),
      constraint job_attempts_usage check ((cpu_ms is null) = (max_rss_bytes is null))
    )${keyed}`,
        `alter table finished_jobs add column cpu_ms ${big}`,
        `alter table finished_jobs add column max_rss_bytes ${big}`,
        `create table job_logs (
      job_id ${uuid} not null, id integer not null, run integer not null, at ${instant} not null, level text not null,
      message text not null, fields ${json} not null, bytes integer not null, primary key (job_id, id)
    )${keyed}`,
        `create table job_log_heads (job_id ${uuid} primary key, last_id integer not null)${keyed}`,
        `create table job_log_runs (
      job_id ${uuid} not null, run integer not null, bytes integer not null, dropped integer not null, primary key (job_id, run)
    )${keyed}`,
        // Runs that ended before there were records: their events tell how, but not what they cost.
        `insert into job_attempts (job_id, run, attempt, worker_name, started_at, ended_at, outcome, error)
      select s.job_id, s.run, cast(s.payload ->> 'attempt' as integer), s.payload ->> 'workerId', s.at, e.at,
        case when e.type in ('cancelled', 'lease_lost', 'interrupted', 'snoozed') then e.type
          when l.seq is not null then 'lease_lost'
          when e.payload ->> 'error' like 'timed out after %' then 'timeout' else 'error' end,
        e.payload ->> 'error'
      from job_events s
      join job_events e on e.job_id = s.job_id and e.run = s.run
        and e.type in ('failed', 'retry_scheduled', 'cancelled', 'lease_lost', 'interrupted', 'snoozed')
      left join job_events l on l.job_id = s.job_id and l.run = s.run and l.type = 'lease_lost'
      where s.type = 'started' and (e.type <> 'lease_lost' or not exists (
        select 1 from job_events f where f.job_id = s.job_id and f.run = s.run and f.type in ('failed', 'cancelled')))`,
    ];
    for (const statement of statements)
        await knex.raw(statement);
}
export async function down(knex) {
    for (const table of ['job_log_runs', 'job_log_heads', 'job_logs', 'job_attempts'])
        await knex.schema.dropTable(table);
    await knex.raw('alter table finished_jobs drop column max_rss_bytes');
    await knex.raw('alter table finished_jobs drop column cpu_ms');
}
//# sourceMappingURL=0002-attempts-and-logs.js.map