/** A page of a job's log; `null` when there is no such job. */
export async function logsOf(reader, jobId, { after, run, limit }) {
    const { knex } = reader;
    const which = run === undefined ? { job_id: jobId } : { job_id: jobId, run };
    const lines = knex('job_logs').where(which).where('id', '>', after).orderBy('id').limit(limit);
    const dropped = knex('job_log_runs').where(which).sum({ dropped: 'dropped' });
    const [rows, [count], [job]] = await Promise.all([
        reader.rows(lines.select('id', 'run', 'at', 'level', 'message', 'fields'), limit > 1_000),
        reader.rows(dropped),
        reader.rows(knex('all_jobs').where('id', jobId).select('id')),
    ]);
    if (job === undefined)
        return null;
    return {
        lines: rows.map((row) => ({
            id: Number(row['id']),
            run: Number(row['run']),
            at: reader.instant(row['at']),
            level: row['level'],
            message: row['message'],
            fields: reader.json(row['fields']),
        })),
        dropped: Number(count?.['dropped'] ?? 0),
    };
}
//# sourceMappingURL=logs.js.map