/**
 * The index of lists by time is for statements that ask for a time. Its predicate was that of the claim's index, too, and with
 * statistics of an empty table PostgreSQL claimed by walking this one from end to end (docs/adr/0009).
 */
export async function up(knex) {
    await replaced(knex, "lease_token is null and queued_at > 'epoch'");
}
export async function down(knex) {
    await replaced(knex, 'lease_token is null');
}
async function replaced(knex, predicate) {
    const { config } = knex.client;
    // SQLite chooses by the statement alone.
    if (config.client !== 'pg')
        return;
    await knex.raw('drop index jobs_created');
    await knex.raw(`create index jobs_created on jobs (queued_at, id) where ${predicate}`);
}
//# sourceMappingURL=0011-created-among-queued.js.map