import { bucketOf, periodOf, traitsOf } from '../../domain/metrics.js';
import { DELTA_COLUMNS } from '../sql/job-deltas.js';
import { optional } from '../sql/job-row.js';
import { decode } from './sqlite-reader.js';
const INSERT = `insert into job_deltas (${DELTA_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
/** Gathers what the jobs of one transaction add to the figures, and writes it at the end: a row for each group, not for each job. */
export class DeltaTally {
    db;
    deltas = new Map();
    constructor(db) {
        this.db = db;
    }
    inserted(definitionKey, definitionVersion) {
        this.delta([definitionKey, definitionVersion, 'queued', null], 0, 0).live += 1;
    }
    /** @param row of `jobs`, as it was before its end. */
    finished(row, status, attempts, finishedAt) {
        const { retried, runMs, waitMs } = traitsOf({
            status,
            attempts,
            runAt: decode.instant(row['run_at']),
            startedAt: optional(row['started_at'], decode),
            finishedAt,
        });
        const delta = this.delta([
            row['definition_key'],
            Number(row['definition_version']),
            status,
            periodOf('minute', finishedAt),
        ], bucketOf(runMs ?? 0), bucketOf(waitMs ?? 0));
        delta.live -= 1;
        delta.jobs += 1;
        delta.retried += Number(retried);
        delta.runs += Number(runMs !== null);
        delta.runMs += runMs ?? 0;
        delta.waits += Number(waitMs !== null);
        delta.waitMs += waitMs ?? 0;
    }
    write() {
        for (const { alike, ...delta } of this.deltas.values()) {
            const { live, jobs, retried, runs, runMs, runBucket, waits, waitMs, waitBucket } = delta;
            this.db.run(INSERT, ...alike, live, jobs, retried, runs, runMs, runBucket, waits, waitMs, waitBucket);
        }
    }
    delta(alike, runBucket, waitBucket) {
        const name = JSON.stringify([...alike, runBucket, waitBucket]);
        const known = this.deltas.get(name);
        if (known !== undefined)
            return known;
        const sums = { live: 0, jobs: 0, retried: 0, runs: 0, runMs: 0, waits: 0, waitMs: 0 };
        const delta = { alike, runBucket, waitBucket, ...sums };
        this.deltas.set(name, delta);
        return delta;
    }
}
//# sourceMappingURL=delta-tally.js.map