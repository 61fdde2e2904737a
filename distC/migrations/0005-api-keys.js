/** Keys of the API; of a secret only its hash. Revoked keys stay: a server that has ever had a key never opens to everyone again. */
export async function up(knex) {
    const { config } = knex.client;
    const postgres = config.client === 'pg';
    const uuid = postgres ? 'uuid' : 'text';
    const instant = postgres ? 'timestamptz' : 'integer';
    const statements = [
        `create table api_keys (
      id ${uuid} primary key, name text not null, scope text not null, secret_hash text not null unique,
      created_at ${instant} not null, revoked_at ${instant},
      constraint api_keys_scope check (scope in ('read', 'submit', 'admin'))
    )${postgres ? '' : ' strict'}`,
        `create unique index api_keys_name on api_keys (name) where revoked_at is null`,
    ];
    for (const statement of statements)
        await knex.raw(statement);
}
export async function down(knex) {
    await knex.schema.dropTable('api_keys');
}
//# sourceMappingURL=0005-api-keys.js.map