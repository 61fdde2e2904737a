import { asciiLowerCase } from '../../domain/job-search.js';
import { jobOf } from './job-row.js';
/** A page of dead letters with their jobs. */
export async function listDeadLetters(reader, filter, { limit, offset }) {
    const page = withJobs(reader, matching(reader, filter)).orderBy('d.id', 'desc').offset(offset).limit(limit);
    const total = matching(reader, filter).count({ total: '*' });
    const [rows, [count]] = await Promise.all([reader.rows(page, true), reader.rows(total, true)]);
    return { deadLetters: rows.map((row) => recordOf(row, reader)), total: Number(count?.['total'] ?? 0) };
}
export async function deadLetterById(reader, id) {
    const [row] = await reader.rows(withJobs(reader, matching(reader, { ids: [id] })));
    return row === undefined ? null : recordOf(row, reader);
}
export async function deadLetterIds(reader, filter, { limit, after }) {
    const query = matching(reader, filter).select('d.id', 'd.job_id').orderBy('d.id', 'desc').limit(limit);
    if (after !== undefined)
        void query.where('d.id', '<', after);
    const rows = await reader.rows(query, true);
    return rows.map((row) => ({ id: row['id'], jobId: row['job_id'] }));
}
/** The dead letter of this job, discarded or not. */
export async function deadLetterOfJob(reader, jobId) {
    const [row] = await reader.rows(reader.knex('dead_letters').where('job_id', jobId).select('*'));
    return row === undefined ? null : letterOf(row, reader);
}
function matching(reader, filter) {
    const { definitionKey, errorContains, movedBefore, ids, unretried = false } = filter;
    const query = reader.knex('dead_letters as d').whereNull('d.discarded_at');
    if (definitionKey !== undefined)
        void query.where('d.definition_key', definitionKey);
    if (movedBefore !== undefined)
        void query.where('d.moved_at', '<', movedBefore);
    if (ids !== undefined)
        void query.whereIn('d.id', ids);
    if (unretried)
        void query.whereRaw('not exists (select 1 from job_retries r where r.retried_from = d.job_id)');
    if (errorContains !== undefined) {
        // The job is asked only where an older version has written the dead letter.
        const error = 'coalesce(d.error, (select f.error_summary from finished_jobs f where f.id = d.job_id))';
        void query.where(reader.contains(error, asciiLowerCase(errorContains)));
    }
    return query;
}
function withJobs(reader, letters) {
    const page = letters.clone().select('d.*');
    return reader
        .knex(page.as('d'))
        .join('finished_jobs as j', 'j.id', 'd.job_id')
        .leftJoin('job_retries as r', 'r.retried_from', 'd.job_id')
        .select('j.*', {
        retried_job_id: 'r.job_id',
        letter_id: 'd.id',
        reason: 'd.reason',
        moved_at: 'd.moved_at',
    });
}
function recordOf(row, reader) {
    return {
        deadLetter: letterOf({ ...row, id: row['letter_id'], job_id: row['id'] }, reader),
        job: jobOf(row, reader),
        retriedJobId: row['retried_job_id'],
    };
}
function letterOf(row, reader) {
    return {
        id: row['id'],
        jobId: row['job_id'],
        reason: row['reason'],
        movedAt: reader.instant(row['moved_at']),
    };
}
//# sourceMappingURL=dead-letters.js.map