/**
 * Figures of jobs. What changes them writes rows into `job_deltas`, never updates one; a fold adds these up in `job_figures`.
 *
 * A delta is a group of jobs that are alike: `live` says how many were added to the live ones, `jobs` how many to the finished ones of
 * that status. Its minute (since the epoch) is when they finished; without one they count in no period. In `job_figures`, grain 0
 * holds figures of all jobs that are kept, grains 1 and 60 those of a period of as many minutes.
 */
export async function up(knex) {
    const { config } = knex.client;
    const postgres = config.client === 'pg';
    const big = postgres ? 'bigint' : 'integer';
    const tuned = postgres
        ? ' with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 1)'
        : ' strict';
    const elapsed = (from, to) => postgres ? `round(date_part('epoch', ${to} - ${from}) * 1000)::bigint` : `(${to} - ${from})`;
    const minute = postgres ? `floor(date_part('epoch', finished_at) / 60)::integer` : 'finished_at / 60000';
    const recent = postgres
        ? `finished_at > now() - interval '8 days'`
        : 'finished_at > unixepoch() * 1000 - 691200000';
    const statements = [
        `create table job_deltas (
      definition_key text not null, definition_version integer not null, status text not null, minute integer, live integer not null,
      jobs integer not null, retried integer not null, runs integer not null, run_ms ${big} not null, run_bucket integer not null,
      waits integer not null, wait_ms ${big} not null, wait_bucket integer not null
    )${tuned}`,
        `create table job_figures (
      grain integer not null, kind text not null, period integer not null, definition_key text not null,
      definition_version integer not null, bucket integer not null, jobs ${big} not null, ms ${big} not null,
      primary key (grain, kind, period, definition_key, definition_version, bucket),
      constraint job_figures_kind check (kind in ('live', 'succeeded', 'failed', 'cancelled', 'retried', 'run', 'wait'))
    )${postgres ? ' with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000)' : ' strict, without rowid'}`,
        // Jobs from before there were figures; how their times were distributed is not told.
        `insert into job_deltas
      select definition_key, definition_version, 'queued', null, count(*), 0, 0, 0, 0, 0, 0, 0, 0
      from jobs group by definition_key, definition_version`,
        `insert into job_deltas
      select definition_key, definition_version, status, null, 0, 0, sum(case when attempts > 1 then 1 else 0 end),
        count(run_ms), coalesce(sum(run_ms), 0), 0, count(wait_ms), coalesce(sum(wait_ms), 0), 0
      from (select definition_key, definition_version, status, attempts,
        case when status <> 'cancelled' then ${elapsed('started_at', 'finished_at')} end as run_ms,
        case when started_at >= run_at then ${elapsed('run_at', 'started_at')} end as wait_ms from finished_jobs) f
      group by definition_key, definition_version, status`,
        `insert into job_deltas
      select definition_key, definition_version, status, minute, 0, count(*), 0, 0, 0, 0, 0, 0, 0
      from (select definition_key, definition_version, status, case when ${recent} then ${minute} end as minute from finished_jobs) f
      group by definition_key, definition_version, status, minute`,
    ];
    for (const statement of statements)
        await knex.raw(statement);
}
export async function down(knex) {
    for (const table of ['job_figures', 'job_deltas'])
        await knex.schema.dropTable(table);
}
//# sourceMappingURL=0004-metrics.js.map