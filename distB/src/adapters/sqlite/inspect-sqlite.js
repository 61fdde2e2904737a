import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { MIGRATIONS_TABLE } from '../sql/migrate.js';
/**
 * Looks at a file without writing to it or making it.
 *
 * @returns names of the migrations that ran; `null` when there is no file.
 * @throws what SQLite says of a file that is none of its own or cannot be read.
 */
export function inspectSqlite(path) {
    if (!existsSync(path))
        return null;
    const database = new Database(path, { readonly: true, timeout: 1_000 });
    try {
        const table = database.prepare(`select 1 from sqlite_master where name = '${MIGRATIONS_TABLE}'`).get();
        if (table === undefined)
            return [];
        const rows = database.prepare(`select name from ${MIGRATIONS_TABLE}`).all();
        return rows.map((row) => row.name);
    }
    finally {
        database.close();
    }
}
//# sourceMappingURL=inspect-sqlite.js.map