import { dueAt } from '../../domain/schedule.js';
import { scheduleOf, tickOf } from './schedule-row.js';
const DUE_AT = 'coalesce(waiting_slot, next_run_at)';
/** The reading half of the ScheduleStore, of both SQL databases; all of it along indexes. */
export class SqlScheduleQueries {
    reader;
    openJobs;
    constructor(reader, openJobs) {
        this.reader = reader;
        this.openJobs = openJobs;
    }
    async get(scheduleId) {
        const [row] = await this.reader.rows(this.table().where('id', scheduleId));
        return row === undefined ? null : scheduleOf(row, this.reader);
    }
    async named(names) {
        const rows = await this.reader.rows(this.table().whereIn('name', [...names]));
        const found = new Map(rows.map((row) => [row['name'], scheduleOf(row, this.reader)]));
        return names.map((name) => found.get(name) ?? null);
    }
    async declared() {
        const rows = await this.reader.rows(this.table().whereNotNull('declared'));
        return rows.map((row) => scheduleOf(row, this.reader));
    }
    async list({ limit, offset }) {
        const page = this.table().orderBy('name').limit(limit).offset(offset);
        const [rows, [count]] = await Promise.all([
            this.reader.rows(page),
            this.reader.rows(this.reader.knex('schedules').count({ total: '*' })),
        ]);
        return {
            schedules: rows.map((row) => scheduleOf(row, this.reader)),
            total: Number(count?.['total'] ?? 0),
        };
    }
    async ticks(scheduleId, { limit, before }) {
        const page = this.reader
            .knex('schedule_ticks')
            .where('schedule_id', scheduleId)
            .orderBy('slot', 'desc')
            .limit(limit)
            .select('*');
        if (before !== null)
            void page.where('slot', '<', before);
        const rows = await this.reader.rows(page);
        if (rows.length === 0 && (await this.get(scheduleId)) === null)
            return null;
        return rows.map((row) => tickOf(row, this.reader));
    }
    async due(now, limit, after) {
        const query = this.table()
            .whereRaw(`enabled = ${this.reader.boolean(true)}`)
            .whereRaw(`${DUE_AT} <= ?`, [now])
            .orderByRaw(`${DUE_AT}, id`)
            .limit(limit);
        if (after !== null) {
            const { schedule } = after;
            void query.whereRaw(`(${DUE_AT}, id) > (?, ?)`, [dueAt(schedule) ?? now, schedule.id]);
        }
        const schedules = (await this.reader.rows(query)).map((row) => scheduleOf(row, this.reader));
        const exclusive = schedules.filter(({ overlap }) => overlap !== 'allow').map(({ id }) => id);
        const open = new Map();
        for (const { schedule_id: schedule, id } of exclusive.length === 0 ? [] : await this.openJobs(exclusive))
            open.set(schedule, [...(open.get(schedule) ?? []), id]);
        return schedules.map((schedule) => ({ schedule, openJobs: open.get(schedule.id) ?? [] }));
    }
    table() {
        return this.reader.knex('schedules').select('*');
    }
}
//# sourceMappingURL=sql-schedule-queries.js.map