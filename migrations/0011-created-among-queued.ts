import type { Knex } from 'knex'

/**
 * The index of lists by time is for statements that ask for a time. Its predicate was that of the claim's index, too, and with
 * statistics of an empty table PostgreSQL claimed by walking this one from end to end (docs/adr/0009).
 */
export async function up(knex: Knex): Promise<void> {
  await replaced(knex, "lease_token is null and queued_at > 'epoch'")
}

export async function down(knex: Knex): Promise<void> {
  await replaced(knex, 'lease_token is null')
}

async function replaced(knex: Knex, predicate: string): Promise<void> {
  const { config } = knex.client as { config: Knex.Config }
  // SQLite chooses by the statement alone.
  if (config.client !== 'pg') return
  await knex.raw('drop index jobs_created')
  await knex.raw(`create index jobs_created on jobs (queued_at, id) where ${predicate}`)
}
