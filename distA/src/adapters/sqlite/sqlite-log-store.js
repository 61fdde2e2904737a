import { MAX_RUN_LOG_BYTES } from '../../domain/job-log.js';
const HEAD = `insert into job_log_heads (job_id, last_id) values (?, ?)
  on conflict (job_id) do update set last_id = last_id + excluded.last_id returning last_id`;
const LINE = `insert into job_logs (job_id, id, run, at, level, message, fields, bytes) values (?, ?, ?, ?, ?, ?, ?, ?)`;
const COUNT = `insert into job_log_runs (job_id, run, bytes, dropped) values (?, ?, ?, ?)
  on conflict (job_id, run) do update set bytes = bytes + excluded.bytes, dropped = dropped + excluded.dropped returning bytes`;
const OLDEST = 'select id, bytes from job_logs where job_id = ? and run = ? order by id';
const DROP = 'delete from job_logs where job_id = ? and run = ? and id <= ?';
export class SqliteLogStore {
    db;
    constructor(db) {
        this.db = db;
    }
    async append(runs) {
        await this.db.write(() => {
            for (const lines of runs)
                this.appendRun(lines);
        });
    }
    appendRun({ jobId, run, lines, dropped }) {
        const first = Number(this.db.get(HEAD, jobId, lines.length)?.['last_id']) - lines.length + 1;
        lines.forEach(({ at, level, message, fields, bytes }, index) => {
            this.db.run(LINE, jobId, first + index, run, at.getTime(), level, message, JSON.stringify(fields), bytes);
        });
        const added = lines.reduce((sum, { bytes }) => sum + bytes, 0);
        const kept = Number(this.db.get(COUNT, jobId, run, added, dropped)?.['bytes']);
        if (kept > MAX_RUN_LOG_BYTES)
            this.drop(jobId, run, kept - MAX_RUN_LOG_BYTES);
    }
    drop(jobId, run, tooMany) {
        let freed = 0;
        let last = 0;
        for (const row of this.db.each(OLDEST, jobId, run)) {
            const { id, bytes } = row;
            freed += bytes;
            last = id;
            if (freed >= tooMany)
                break;
        }
        this.db.get(COUNT, jobId, run, -freed, this.db.run(DROP, jobId, run, last));
    }
}
//# sourceMappingURL=sqlite-log-store.js.map