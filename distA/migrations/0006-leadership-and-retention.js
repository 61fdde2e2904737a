/**
 * Who leads, and what retention walks along: finished jobs by status and end, and the files that finished jobs of `encode.video` name.
 *
 * The term is part of a unique key so that in PostgreSQL only a change of leader, not a renewal, waits for a write that is fenced by it.
 */
export async function up(knex) {
    const { config } = knex.client;
    const postgres = config.client === 'pg';
    const statements = [
        `create table leaders (
      name text primary key, holder ${postgres ? 'uuid' : 'text'}, term integer not null,
      expires_at ${postgres ? 'timestamptz' : 'integer'} not null, unique (name, term)
    )${postgres ? '' : ' strict'}`,
        `create index finished_jobs_retention on finished_jobs (status, finished_at)`,
        ...["params ->> 'inputPath'", "result ->> 'outputPath'"].map((path, index) => `create index finished_jobs_file_${index + 1} on finished_jobs (${lastSegment(path, postgres)})
          where definition_key = 'encode.video'`),
    ];
    for (const statement of statements)
        await knex.raw(statement);
}
export async function down(knex) {
    for (const index of ['finished_jobs_file_2', 'finished_jobs_file_1', 'finished_jobs_retention'])
        await knex.raw(`drop index ${index}`);
    await knex.schema.dropTable('leaders');
}
/** What follows the last slash of a path. */
function lastSegment(path, postgres) {
    return postgres
        ? `regexp_replace(${path}, '^.*/', '')`
        : `replace(${path}, rtrim(${path}, replace(${path}, '/', '')), '')`;
}
//# sourceMappingURL=0006-leadership-and-retention.js.map