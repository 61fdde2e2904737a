import { refOf } from '../../domain/job-definition.js';
/** Definitions of both SQL databases; few rows, read by their primary key. */
export class SqlDefinitionStore {
    reader;
    write;
    constructor(reader, write) {
        this.reader = reader;
        this.write = write;
    }
    async publish(definitions) {
        if (definitions.length === 0)
            return;
        // Sorted, so that two publishers lock the rows in the same order.
        const sorted = [...definitions].sort((a, b) => (refOf(a) < refOf(b) ? -1 : 1));
        // A new version of a paused key is paused too.
        const row = '(?, ?, ?, ?, ?, ?, ?, exists (select 1 from definitions p where p.key = ? and p.paused))';
        await this.write(`insert into definitions
         (key, version, default_max_attempts, timeout_seconds, concurrency_limit, params_schema, isolation, paused)
       values ${sorted.map(() => row).join(', ')}
       on conflict (key, version) do update set default_max_attempts = excluded.default_max_attempts,
         timeout_seconds = excluded.timeout_seconds, concurrency_limit = excluded.concurrency_limit,
         params_schema = excluded.params_schema, isolation = excluded.isolation`, sorted.flatMap((definition) => [
            definition.key,
            definition.version,
            definition.defaultMaxAttempts,
            definition.timeoutSeconds,
            definition.concurrencyLimit,
            definition.paramsSchema === null ? null : JSON.stringify(definition.paramsSchema),
            definition.isolation,
            definition.key,
        ]));
    }
    async list() {
        const rows = await this.reader.rows(this.reader.knex('definitions').select('*'));
        // Sorted here: databases disagree on the collation of keys.
        return rows
            .map((row) => this.definition(row))
            .sort((a, b) => (a.key === b.key ? a.version - b.version : a.key < b.key ? -1 : 1));
    }
    async find(refs) {
        const keys = [...new Set(refs.map(({ key }) => key))];
        const rows = await this.reader.rows(this.reader.knex('definitions').whereIn('key', keys).orderBy('version').select('*'));
        const found = rows.map((row) => this.definition(row));
        return refs.map(({ key, version }) => found.findLast((definition) => definition.key === key && (version === 0 || definition.version === version)) ?? null);
    }
    async setPaused(key, paused) {
        return this.write(`update definitions set paused = ${this.reader.boolean(paused)} where key = ?`, [key]);
    }
    definition(row) {
        return {
            key: row['key'],
            version: Number(row['version']),
            defaultMaxAttempts: Number(row['default_max_attempts']),
            timeoutSeconds: Number(row['timeout_seconds']),
            concurrencyLimit: Number(row['concurrency_limit']),
            paramsSchema: row['params_schema'] === null ? null : this.reader.json(row['params_schema']),
            isolation: row['isolation'],
            paused: Boolean(row['paused']),
        };
    }
}
//# sourceMappingURL=sql-definition-store.js.map