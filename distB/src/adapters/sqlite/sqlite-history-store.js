import { FINAL_STATUSES } from '../../domain/job.js';
import { namedFiles, TABLES_OF_A_JOB } from '../sql/history.js';
import { forgottenDeltas, sqliteElapsed } from '../sql/job-deltas.js';
import { leads } from './sqlite-leader-lock.js';
const OVER = `select id, definition_key, definition_version, idempotency_key from finished_jobs
  where status = ? and finished_at < ? order by finished_at limit ?`;
const IDS = 'select value from json_each(?)';
/** While the jobs are there. */
const FORGET = forgottenDeltas(`(select * from finished_jobs where id in (${IDS}))`, sqliteElapsed);
const DELETES = [
    ...TABLES_OF_A_JOB.map(([table, job]) => `delete from ${table} where ${job} in (${IDS})`),
    `delete from finished_jobs where id in (${IDS})`,
];
/** Its version is the one that was sent: none, or that of the job. */
const FREE_KEY = `delete from idempotency_keys
  where definition_key = ? and definition_version in (0, ?) and key = ? and job_id = ?`;
export const HISTORY_STATEMENTS = { OVER, FREE_KEY, FORGET, DELETES };
/** Finished jobs of one file. What goes leaves free pages, which the next jobs fill: the file stays as large as it ever was. */
export class SqliteHistoryStore {
    db;
    reader;
    constructor(db, reader) {
        this.db = db;
        this.reader = reader;
    }
    prune({ leadership, endedBefore, limit }) {
        return this.db.write(() => {
            if (!leads(this.db, leadership))
                return { outcome: 'superseded' };
            const over = [];
            for (const status of FINAL_STATUSES) {
                const before = endedBefore[status];
                if (before !== undefined)
                    over.push(...this.db.all(OVER, status, before.getTime(), limit - over.length));
            }
            const ids = JSON.stringify(over.map(({ id }) => id));
            if (over.length > 0)
                for (const statement of [FORGET, ...DELETES])
                    this.db.run(statement, ids);
            for (const { id, definition_key: definition, definition_version: version, idempotency_key: key, } of over)
                if (key !== null)
                    this.db.run(FREE_KEY, definition, version, key, id);
            return { outcome: 'pruned', jobs: over.length };
        });
    }
    namedFiles(names) {
        return namedFiles(this.reader, names, lastSegment);
    }
}
/** SQLite knows no patterns: what trailing characters other than slashes are cut from is the folder. */
function lastSegment(path) {
    return `replace(${path}, rtrim(${path}, replace(${path}, '/', '')), '')`;
}
//# sourceMappingURL=sqlite-history-store.js.map