/**
 * Live jobs apart from finished ones: `jobs` holds what is queued or active and stays small, `finished_jobs` carries the
 * indexes of the lists. No foreign keys across rows that move. Instants are `timestamptz` or, in SQLite, epoch milliseconds.
 */
export async function up(knex) {
    const { config } = knex.client;
    const postgres = config.client === 'pg';
    const uuid = postgres ? 'uuid' : 'text';
    const json = postgres ? 'jsonb' : 'text';
    const instant = postgres ? 'timestamptz' : 'integer';
    const bool = postgres ? 'boolean' : 'integer';
    const no = postgres ? 'false' : '0';
    const real = postgres ? 'double precision' : 'real';
    const strict = postgres ? '' : ' strict';
    // The hot table is updated all the time: room for in-page updates, and vacuum by count, not by share.
    const hot = postgres
        ? ` with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000, autovacuum_vacuum_cost_delay = 1)`
        : strict;
    const statements = [
        `create table definitions (
      key text not null, version integer not null, default_max_attempts integer not null, timeout_seconds ${real} not null,
      concurrency_limit integer not null, params_schema ${json}, isolation text not null, paused ${bool} not null default ${no},
      primary key (key, version)
    )${strict}`,
        `create table workers (
      incarnation ${uuid} primary key, name text not null, host text not null, pid integer not null, version text not null,
      slots integer not null, definitions ${json} not null, running integer not null default 0,
      draining ${bool} not null default ${no}, dead ${bool} not null default ${no},
      started_at ${instant} not null, heartbeat_at ${instant} not null, lease_until ${instant} not null
    )${strict}`,
        // lease_token is present exactly while a job is active; every write of a worker is guarded by it alone.
        `create table jobs (
      id ${uuid} primary key, definition_key text not null, definition_version integer not null, priority integer not null,
      run_at ${instant} not null, params ${json} not null, max_attempts integer not null, attempts integer not null default 0,
      run integer not null default 0, crashes integer not null default 0, interruptions integer not null default 0,
      event_seq integer not null default 0, handler_events integer not null default 0, lease_token integer, worker ${uuid},
      worker_name text, cancel_requested_at ${instant}, idempotency_key text, error_summary text, progress ${real},
      queued_at ${instant} not null, started_at ${instant},
      constraint jobs_lease check ((lease_token is null) = (worker is null) and (lease_token is null or lease_token = run)),
      constraint jobs_cancelling check (cancel_requested_at is null or lease_token is not null),
      constraint jobs_attempts check (attempts between 0 and max_attempts),
      constraint jobs_active_started check (lease_token is null or started_at is not null)
    )${hot}`,
        `create index jobs_queued on jobs (definition_key, definition_version, priority desc, run_at, id) where lease_token is null`,
        `create index jobs_active on jobs (definition_key, definition_version, worker) where worker is not null`,
        `create index jobs_cancelling on jobs (worker) where cancel_requested_at is not null`,
        `create table finished_jobs (
      id ${uuid} primary key, definition_key text not null, definition_version integer not null, status text not null,
      priority integer not null, run_at ${instant} not null, params ${json} not null, max_attempts integer not null,
      attempts integer not null, run integer not null, crashes integer not null, interruptions integer not null,
      worker_name text, idempotency_key text, error_summary text, progress ${real}, result ${json},
      queued_at ${instant} not null, started_at ${instant}, finished_at ${instant} not null,
      constraint finished_jobs_status check (status in ('succeeded', 'failed', 'cancelled')),
      constraint finished_jobs_attempts check (attempts between 0 and max_attempts)
    )${strict}`,
        `create index finished_jobs_status on finished_jobs (status, id)`,
        `create index finished_jobs_definition on finished_jobs (definition_key, id)`,
        `create table job_events (
      job_id ${uuid} not null, seq integer not null, type text not null, at ${instant} not null, run integer,
      payload ${json} not null, primary key (job_id, seq)
    )${postgres ? '' : ' strict, without rowid'}`,
        `create table idempotency_keys (
      definition_key text not null, definition_version integer not null, key text not null, job_id ${uuid} not null,
      body_hash text not null, primary key (definition_key, definition_version, key)
    )${strict}`,
        `create table dead_letters (
      id ${uuid} primary key, job_id ${uuid} not null unique, definition_key text not null, definition_version integer not null,
      reason text not null, moved_at ${instant} not null,
      constraint dead_letters_reason check (reason in ('attempts_exhausted', 'permanent', 'crash_loop'))
    )${strict}`,
        `create index dead_letters_definition on dead_letters (definition_key, id)`,
        `create view all_jobs as
      select id, definition_key, definition_version,
        case when lease_token is null then 'queued' when cancel_requested_at is null then 'running' else 'cancelling' end as status,
        priority, run_at, params, max_attempts, attempts, run, crashes, interruptions, worker_name, idempotency_key, error_summary,
        progress, cast(null as ${json}) as result, queued_at, started_at, cast(null as ${instant}) as finished_at, worker, lease_token
      from jobs
      union all
      select id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts, run, crashes,
        interruptions, worker_name, idempotency_key, error_summary, progress, result, queued_at, started_at, finished_at,
        cast(null as ${uuid}) as worker, cast(null as integer) as lease_token
      from finished_jobs`,
    ];
    for (const statement of statements)
        await knex.raw(statement);
}
export async function down(knex) {
    await knex.raw('drop view all_jobs');
    const tables = [
        'dead_letters',
        'idempotency_keys',
        'job_events',
        'finished_jobs',
        'jobs',
        'workers',
        'definitions',
    ];
    for (const table of tables)
        await knex.schema.dropTable(table);
}
//# sourceMappingURL=0001-first-floor.js.map