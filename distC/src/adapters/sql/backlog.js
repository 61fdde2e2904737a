import { jobOf } from './job-row.js';
/** How many jobs are queued, counted up to a limit, in the order of their index, so that no table is ever read for it. */
export async function queuedUpTo(reader, limit) {
    const { knex } = reader;
    const order = [
        'definition_key',
        'definition_version',
        { column: 'priority', order: 'desc' },
        'run_at',
        'id',
    ];
    const queued = knex('jobs')
        .whereNull('lease_token')
        .orderBy(order)
        .limit(limit)
        .select(knex.raw('1 as one'));
    const [row] = await reader.rows(knex.count({ queued: '*' }).from(queued.as('q')), true);
    return Number(row?.['queued'] ?? 0);
}
/** Who holds each idempotency key; `null` for a free one. Same order. */
export async function keyHolders(reader, names) {
    if (names.length === 0)
        return [];
    const { knex } = reader;
    const columns = ['definition_key', 'definition_version', 'key'];
    const wanted = names.map(({ definitionKey, version, key }) => [definitionKey, version, key]);
    const held = await reader.rows(knex('idempotency_keys').whereIn(columns, wanted).select('*'));
    if (held.length === 0)
        return names.map(() => null);
    const ids = held.map((row) => row['job_id']);
    const jobs = await reader.rows(knex('all_jobs').whereIn('id', ids).select('*'));
    const jobById = new Map(jobs.map((row) => [row['id'], jobOf(row, reader)]));
    const byKey = new Map(held.map((row) => [keyOfRow(row), row]));
    return names.map(({ definitionKey, version, key }) => {
        const row = byKey.get(JSON.stringify([definitionKey, version, key]));
        const job = jobById.get(row?.['job_id']);
        return row === undefined || job === undefined ? null : { job, bodyHash: row['body_hash'] };
    });
}
function keyOfRow(row) {
    return JSON.stringify([row['definition_key'], Number(row['definition_version']), row['key']]);
}
//# sourceMappingURL=backlog.js.map