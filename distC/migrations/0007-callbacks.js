/**
 * Whom to tell what becomes of a job, and a way from a job to the deliveries that tell it: they are jobs themselves, which name theirs
 * in their params. Jobs of other definitions enter nothing into these indexes.
 */
export async function up(knex) {
    const { config } = knex.client;
    const postgres = config.client === 'pg';
    const json = postgres ? 'jsonb' : 'text';
    const statements = [
        `alter table jobs add column callback ${json}`,
        `alter table finished_jobs add column callback ${json}`,
        ...['jobs', 'finished_jobs'].map((table) => `create index ${table}_deliveries on ${table} ((params ->> 'jobId'), id) where definition_key = 'callback.deliver'`),
        'drop view all_jobs',
        allJobs(postgres, ', callback'),
    ];
    for (const statement of statements)
        await knex.raw(statement);
}
export async function down(knex) {
    const { config } = knex.client;
    await knex.raw('drop view all_jobs');
    for (const table of ['jobs', 'finished_jobs']) {
        await knex.raw(`drop index ${table}_deliveries`);
        await knex.raw(`alter table ${table} drop column callback`);
    }
    await knex.raw(allJobs(config.client === 'pg', ''));
}
function allJobs(postgres, callback) {
    const json = postgres ? 'jsonb' : 'text';
    const uuid = postgres ? 'uuid' : 'text';
    const instant = postgres ? 'timestamptz' : 'integer';
    return `create view all_jobs as
    select id, definition_key, definition_version,
      case when lease_token is null then 'queued' when cancel_requested_at is null then 'running' else 'cancelling' end as status,
      priority, run_at, params, max_attempts, attempts, run, crashes, interruptions, worker_name, idempotency_key, error_summary,
      progress, cast(null as ${json}) as result, queued_at, started_at, cast(null as ${instant}) as finished_at, worker, lease_token${callback}
    from jobs
    union all
    select id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts, run, crashes,
      interruptions, worker_name, idempotency_key, error_summary, progress, result, queued_at, started_at, finished_at,
      cast(null as ${uuid}) as worker, cast(null as integer) as lease_token${callback}
    from finished_jobs`;
}
//# sourceMappingURL=0007-callbacks.js.map