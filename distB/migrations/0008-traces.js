/** What the enqueue of a job was a part of: a `traceparent` of W3C Trace Context. */
export async function up(knex) {
    for (const table of ['jobs', 'finished_jobs'])
        await knex.raw(`alter table ${table} add column traceparent text`);
    await knex.raw('drop view all_jobs');
    await knex.raw(allJobs(isPostgres(knex), ', callback, traceparent'));
}
export async function down(knex) {
    await knex.raw('drop view all_jobs');
    for (const table of ['jobs', 'finished_jobs'])
        await knex.raw(`alter table ${table} drop column traceparent`);
    await knex.raw(allJobs(isPostgres(knex), ', callback'));
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
      progress, cast(null as ${json}) as result, queued_at, started_at, cast(null as ${instant}) as finished_at, worker, lease_token${more}
    from jobs
    union all
    select id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts, run, crashes,
      interruptions, worker_name, idempotency_key, error_summary, progress, result, queued_at, started_at, finished_at,
      cast(null as ${uuid}) as worker, cast(null as integer) as lease_token${more}
    from finished_jobs`;
}
//# sourceMappingURL=0008-traces.js.map