/**
 * The error of a dead letter beside it: a part of it is looked for among the dead letters alone, not through the rows of all jobs that
 * finished. Null in what a server of an older version writes meanwhile; then the job tells.
 */
export async function up(knex) {
    await knex.raw('alter table dead_letters add column error text');
    await knex.raw('update dead_letters set error = (select error_summary from finished_jobs where id = dead_letters.job_id)');
}
export async function down(knex) {
    await knex.raw('alter table dead_letters drop column error');
}
//# sourceMappingURL=0010-dead-letter-errors.js.map