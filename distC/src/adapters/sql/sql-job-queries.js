import { MAX_DELIVERIES, MAX_TOTAL, } from '../../application/ports/job-queries.js';
import { DELIVERY } from '../../domain/delivery.js';
import { attemptsOf } from './attempts.js';
import { keyHolders, queuedUpTo } from './backlog.js';
import { deadLetterById, deadLetterIds, deadLetterOfJob, listDeadLetters } from './dead-letters.js';
import { jobIds, listJobs, livingWorker } from './job-lists.js';
import { jobOf, optional } from './job-row.js';
import { eventOf } from './sql-live-queries.js';
import { logsOf } from './logs.js';
/** Reads of both SQL databases. */
export class SqlJobQueries {
    reader;
    constructor(reader) {
        this.reader = reader;
    }
    async get(id) {
        const { knex } = this.reader;
        const query = knex('all_jobs as j')
            .leftJoin('workers as w', livingWorker(this.reader))
            .leftJoin('job_retries as r', 'r.job_id', 'j.id')
            .where('j.id', id)
            .select('j.*', 'w.heartbeat_at', 'w.lease_until', 'r.retried_from');
        const [row] = await this.reader.rows(query);
        return row === undefined ? null : this.record(row);
    }
    async list(filter, page) {
        const { rows, matching } = await listJobs(this.reader, filter, page);
        return {
            jobs: rows.slice(0, page.limit).map((row) => this.record(row)),
            total: Math.min(MAX_TOTAL, matching),
            totalIsCapped: matching > MAX_TOTAL,
            hasMore: rows.length > page.limit,
        };
    }
    jobIds(filter, walk) {
        return jobIds(this.reader, filter, walk);
    }
    async events(jobId, after, limit) {
        const { knex } = this.reader;
        const rows = await this.reader.rows(knex('job_events')
            .where('job_id', jobId)
            .where('seq', '>', after)
            .orderBy('seq')
            .limit(limit)
            .select('*'));
        if (rows.length === 0 && !(await this.isKept(jobId)))
            return null;
        return rows.map((row) => eventOf(row, this.reader));
    }
    attempts(jobId) {
        return attemptsOf(this.reader, jobId);
    }
    logs(jobId, filter) {
        return logsOf(this.reader, jobId, filter);
    }
    async deliveries(jobId) {
        const { knex } = this.reader;
        // Every source of rows has an index of its own for this; the key is a literal, or a plan would not know that they fit.
        const query = knex('all_jobs')
            .whereRaw(`definition_key = '${DELIVERY.key}' and params ->> 'jobId' = ?`, [jobId])
            .orderBy('id', 'desc')
            .limit(MAX_DELIVERIES)
            .select('*');
        const rows = await this.reader.rows(query, true);
        if (rows.length === 0 && !(await this.isKept(jobId)))
            return null;
        return rows.map((row) => jobOf(row, this.reader));
    }
    deadLetterOf(jobId) {
        return deadLetterOfJob(this.reader, jobId);
    }
    deadLetters(filter, page) {
        return listDeadLetters(this.reader, filter, page);
    }
    deadLetter(id) {
        return deadLetterById(this.reader, id);
    }
    deadLetterIds(filter, walk) {
        return deadLetterIds(this.reader, filter, walk);
    }
    queuedUpTo(limit) {
        return queuedUpTo(this.reader, limit);
    }
    keyHolders(names) {
        return keyHolders(this.reader, names);
    }
    async isKept(jobId) {
        return (await this.reader.rows(this.reader.knex('all_jobs').where('id', jobId).select('id'))).length > 0;
    }
    record(row) {
        const job = jobOf(row, this.reader);
        return {
            job,
            retriedFrom: row['retried_from'],
            heartbeatAt: optional(row['heartbeat_at'], this.reader),
            leaseExpiresAt: optional(row['lease_until'], this.reader),
        };
    }
}
//# sourceMappingURL=sql-job-queries.js.map