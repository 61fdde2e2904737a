import knex, {} from 'knex';
import { MAX_WORD_LENGTH } from '../../domain/job-search.js';
import { JOB_TABLES } from '../sql/dialect.js';
/** How values are kept: instants as epoch milliseconds, JSON as text. */
export const decode = {
    json: (value) => JSON.parse(value),
    instant: (value) => new Date(value),
};
/** Values as the driver takes them. */
export function toBinding(value) {
    if (value instanceof Date)
        return value.getTime();
    return typeof value === 'boolean' ? Number(value) : value;
}
/** Reads that Knex builds and never runs itself: quick ones on the writing handle, heavy ones in the thread. */
export class SqliteReader {
    connection;
    thread;
    knex = knex({
        client: 'better-sqlite3',
        connection: { filename: ':memory:' },
        useNullAsDefault: true,
    });
    nulls = ['null', 'null', 'null'];
    json = decode.json;
    instant = decode.instant;
    constructor(connection, thread) {
        this.connection = connection;
        this.thread = thread;
    }
    rows(query, heavy = false) {
        const { sql, bindings } = query.toSQL().toNative();
        const values = bindings.map(toBinding);
        return heavy
            ? this.thread.all(sql, values)
            : this.connection.read(() => this.connection.all(sql, ...values));
    }
    byIds(table, ids) {
        return this.knex.raw(`(select * from ${table} where id in (select value from json_each(?))) as t`, [
            JSON.stringify(ids),
        ]);
    }
    errorHas(words) {
        // Joined in this order: the words are looked up for one job, not the jobs for all who have the words.
        return this.knex.raw(`exists (select 1 from job_errors e cross join job_errors_words w
        where e.job_id = t.id and w.rowid = e.row and w.job_errors_words match ?)`, [matching(words)]);
    }
    errorIds(words) {
        const found = this.knex('job_errors_words as w').joinRaw('cross join job_errors e on e.row = w.rowid');
        const ids = found.whereRaw('w.job_errors_words match ?', [matching(words)]).select({ id: 'e.job_id' });
        return [{ tables: JOB_TABLES, ids }];
    }
    contains(column, part) {
        return this.knex.raw(`instr(lower(${column}), ?) > 0`, [part]);
    }
    table(name, columns, rows) {
        const names = columns.map((column, index) => `value ->> ${index} as ${column.name}`);
        return this.knex.raw(`(select ${names.join(', ')} from json_each(?)) as ${name}`, [JSON.stringify(rows)]);
    }
    boolean(value) {
        return value ? '1' : '0';
    }
}
/** All of these words, in the language of full-text queries; the longest are known by their beginning only. */
function matching(words) {
    return words
        .map((word) => `"${word}"${Array.from(word).length === MAX_WORD_LENGTH ? '*' : ''}`)
        .join(' AND ');
}
//# sourceMappingURL=sqlite-reader.js.map