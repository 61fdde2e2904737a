import { VIDEO_DEFINITION } from '../../application/ports/history-store.js';
/** Tables whose rows belong to one job, which this column names, and go with it. That a job was retried is known as long as it is. */
export const TABLES_OF_A_JOB = [
    ['job_events', 'job_id'],
    ['job_attempts', 'job_id'],
    ['job_logs', 'job_id'],
    ['job_log_heads', 'job_id'],
    ['job_log_runs', 'job_id'],
    ['dead_letters', 'job_id'],
    ['job_retries', 'retried_from'],
];
/**
 * The names among these that jobs of the video definition name. Finished jobs are found by the indexes of migration 0006; live ones,
 * which have none for this, are read once, along the indexes that they have.
 *
 * @param lastSegment the expression of those indexes: what follows the last slash of a path.
 */
export async function namedFiles(reader, names, lastSegment) {
    const input = lastSegment("params ->> 'inputPath'");
    const output = lastSegment("result ->> 'outputPath'");
    const video = `definition_key = '${VIDEO_DEFINITION}'`;
    const named = reader.knex.raw(`with x(name) as (values ${names.map(() => '(cast(? as text))').join(', ')})
    select name from x
    where exists (select 1 from finished_jobs where ${video} and ${input} = x.name)
      or exists (select 1 from finished_jobs where ${video} and ${output} = x.name)
      or x.name in (
        select ${input} from jobs where ${video} and lease_token is null
        union all select ${input} from jobs where ${video} and worker is not null)`, [...names]);
    return new Set((await reader.rows(named, true)).map(({ name }) => name));
}
//# sourceMappingURL=history.js.map