/**
 * Schedules, what became of their slots, and a way from a schedule to its jobs that have not ended: jobs of no schedule enter nothing
 * into that index. Names and slots compare the same whatever the collation of the database.
 *
 * A schedule is due at the slot that waits for its turn, else at its next one.
 */
export async function up(knex) {
    const postgres = isPostgres(knex);
    const uuid = postgres ? 'uuid' : 'text';
    const json = postgres ? 'jsonb' : 'text';
    const instant = postgres ? 'timestamptz' : 'integer';
    const bool = postgres ? 'boolean' : 'integer';
    const big = postgres ? 'bigint' : 'integer';
    const name = postgres ? 'text collate "C"' : 'text';
    // Every firing updates its row, and moves it within the index.
    const updated = postgres
        ? ' with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000)'
        : ' strict';
    const statements = [
        `create table schedules (
      id ${uuid} primary key, name ${name} not null unique, definition_key text not null, definition_version integer, params ${json} not null,
      priority integer not null, max_attempts integer, cron text, every_seconds integer, timezone text not null, starts_at ${instant},
      ends_at ${instant}, enabled ${bool} not null, catch_up text not null, max_catch_up integer not null, overlap text not null,
      created_at ${instant} not null, decided_until ${instant} not null, next_run_at ${instant}, last_run_at ${instant},
      waiting_slot ${instant}, declared ${json}, revision integer not null,
      constraint schedules_cadence check ((cron is null) <> (every_seconds is null)),
      constraint schedules_catch_up check (catch_up in ('skip', 'last', 'all')),
      constraint schedules_overlap check (overlap in ('allow', 'skip', 'queue_one', 'cancel_previous'))
    )${updated}`,
        `create index schedules_due on schedules (coalesce(waiting_slot, next_run_at), id) where enabled = ${postgres ? 'true' : '1'}`,
        `create table schedule_ticks (
      schedule_id ${uuid} not null, slot ${instant} not null, outcome text not null, job_id ${uuid}, reason text, delay_ms ${big} not null,
      primary key (schedule_id, slot),
      constraint schedule_ticks_outcome check (outcome in ('fired', 'caught_up', 'skipped', 'missed', 'paused')),
      constraint schedule_ticks_job check ((job_id is not null) = (outcome in ('fired', 'caught_up')))
    )${postgres ? '' : ' strict, without rowid'}`,
        `create index schedule_ticks_slot on schedule_ticks (slot)`,
        `alter table jobs add column schedule_id ${uuid}`,
        `alter table finished_jobs add column schedule_id ${uuid}`,
        `create index jobs_schedule on jobs (schedule_id, id) where schedule_id is not null`,
        'drop view all_jobs',
        allJobs(postgres, ', schedule_id'),
    ];
    for (const statement of statements)
        await knex.raw(statement);
}
export async function down(knex) {
    const statements = [
        'drop view all_jobs',
        'drop index jobs_schedule',
        ...['jobs', 'finished_jobs'].map((table) => `alter table ${table} drop column schedule_id`),
        allJobs(isPostgres(knex), ''),
        'drop table schedule_ticks',
        'drop table schedules',
    ];
    for (const statement of statements)
        await knex.raw(statement);
}
function isPostgres(knex) {
    return knex.client.config.client === 'pg';
}
function allJobs(postgres, more) {
    const json = postgres ? 'jsonb' : 'text';
    const uuid = postgres ? 'uuid' : 'text';
    const instant = postgres ? 'timestamptz' : 'integer';
    return `create view all_jobs as
    select id, definition_key, definition_version,
      case when lease_token is null then 'queued' when cancel_requested_at is null then 'running' else 'cancelling' end as status,
      priority, run_at, params, max_attempts, attempts, run, crashes, interruptions, worker_name, idempotency_key, error_summary,
      progress, cast(null as ${json}) as result, queued_at, started_at, cast(null as ${instant}) as finished_at, worker, lease_token,
      callback, traceparent${more}
    from jobs
    union all
    select id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts, run, crashes,
      interruptions, worker_name, idempotency_key, error_summary, progress, result, queued_at, started_at, finished_at,
      cast(null as ${uuid}) as worker, cast(null as integer) as lease_token, callback, traceparent${more}
    from finished_jobs`;
}
//# sourceMappingURL=0009-schedules.js.map