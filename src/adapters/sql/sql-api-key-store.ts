import type { ApiKey, ApiKeyStore } from '../../application/ports/api-key-store.js'
import type { SqlReader } from './dialect.js'
import type { WriteStatement } from './sql-definition-store.js'

/** Keys of the API in both SQL databases; few rows, read all at once. */
export class SqlApiKeyStore implements ApiKeyStore {
  constructor(
    private readonly reader: SqlReader,
    private readonly write: WriteStatement,
  ) {}

  async create({ id, name, scope, secretHash, createdAt }: Omit<ApiKey, 'revokedAt'>): Promise<boolean> {
    const written = await this.write(
      `insert into api_keys (id, name, scope, secret_hash, created_at) values (?, ?, ?, ?, ?) on conflict do nothing`,
      [id, name, scope, secretHash, createdAt],
    )
    return written > 0
  }

  async revoke(name: string, now: Date): Promise<boolean> {
    const sql = 'update api_keys set revoked_at = ? where name = ? and revoked_at is null'
    return (await this.write(sql, [now, name])) > 0
  }

  async list(): Promise<readonly ApiKey[]> {
    const rows = await this.reader.rows(this.reader.knex('api_keys').orderBy('id').select('*'))
    return rows.map((row) => ({
      id: row['id'] as string,
      name: row['name'] as string,
      scope: row['scope'] as ApiKey['scope'],
      secretHash: row['secret_hash'] as string,
      createdAt: this.reader.instant(row['created_at']),
      revokedAt: row['revoked_at'] === null ? null : this.reader.instant(row['revoked_at']),
    }))
  }
}
