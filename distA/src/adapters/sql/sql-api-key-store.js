/** Keys of the API in both SQL databases; few rows, read all at once. */
export class SqlApiKeyStore {
    reader;
    write;
    constructor(reader, write) {
        this.reader = reader;
        this.write = write;
    }
    async create({ id, name, scope, secretHash, createdAt }) {
        const written = await this.write(`insert into api_keys (id, name, scope, secret_hash, created_at) values (?, ?, ?, ?, ?) on conflict do nothing`, [id, name, scope, secretHash, createdAt]);
        return written > 0;
    }
    async revoke(name, now) {
        const sql = 'update api_keys set revoked_at = ? where name = ? and revoked_at is null';
        return (await this.write(sql, [now, name])) > 0;
    }
    async list() {
        const rows = await this.reader.rows(this.reader.knex('api_keys').orderBy('id').select('*'));
        return rows.map((row) => ({
            id: row['id'],
            name: row['name'],
            scope: row['scope'],
            secretHash: row['secret_hash'],
            createdAt: this.reader.instant(row['created_at']),
            revokedAt: row['revoked_at'] === null ? null : this.reader.instant(row['revoked_at']),
        }));
    }
}
//# sourceMappingURL=sql-api-key-store.js.map