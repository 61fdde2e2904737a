import { MAX_OPEN_JOBS, } from '../../application/ports/schedule-store.js';
import { SCHEDULE_COLUMNS, scheduleColumns } from '../sql/schedule-row.js';
import { SqlScheduleQueries } from '../sql/sql-schedule-queries.js';
import { fireSchedules } from './fire-schedules.js';
import { codeOf } from './postgres-errors.js';
import { fenceOf, LEADS } from './postgres-leader-lock.js';
const COLUMNS = SCHEDULE_COLUMNS.join(', ');
/** Rows as JSON: their types are those of the table. */
const CREATE = {
    text: `insert into schedules (${COLUMNS}) select ${COLUMNS} from jsonb_populate_recordset(null::schedules, $1)
on conflict (name) do nothing returning id`,
};
/** In order of the id, so that no two who lock several wait for each other. */
const LOCK = {
    text: 'select id, revision from schedules where id = any($1::uuid[]) order by id for update',
};
const HOLDERS = { text: 'select id, name from schedules where name = any($1::text[])' };
const CHANGED = SCHEDULE_COLUMNS.filter((column) => !['id', 'created_at', 'revision'].includes(column));
const CHANGE = {
    text: `update schedules s set ${CHANGED.map((column) => `${column} = x.${column}`).join(', ')}, revision = s.revision + 1
from jsonb_populate_recordset(null::schedules, $1) x where s.id = x.id`,
};
const ADD_TICKS = {
    text: `insert into schedule_ticks (schedule_id, slot, outcome, job_id, reason, delay_ms)
select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::text[], $6::bigint[]) on conflict do nothing`,
};
const REMOVE = {
    text: `with s as materialized (select id from schedules where id = any($1::uuid[]) order by id for update),
t as (delete from schedule_ticks t using s where t.schedule_id = s.id)
delete from schedules d using s where d.id = s.id returning d.id`,
};
const OPEN_JOBS = {
    name: 'open_jobs_1',
    text: `select x.id as schedule_id, j.id from unnest($1::uuid[]) as x(id)
cross join lateral (select id from jobs where schedule_id = x.id order by id limit ${MAX_OPEN_JOBS}) j order by j.id`,
};
const PRUNE = {
    name: 'prune_ticks_1',
    text: `with ${LEADS},
x as materialized (
  select t.* from leads cross join lateral (
    select schedule_id, slot from schedule_ticks where slot < $4 order by slot limit $5 for update skip locked) t),
d as (delete from schedule_ticks t using x where t.schedule_id = x.schedule_id and t.slot = x.slot returning 1)
select count(*) as ticks from d`,
};
const UNIQUE = '23505';
const MAX_TRIES = 5;
/** Schedules in PostgreSQL. Whoever writes to a schedule holds its row. */
export class PostgresScheduleStore extends SqlScheduleQueries {
    db;
    constructor(db, reader) {
        super(reader, (scheduleIds) => db.query(OPEN_JOBS, [scheduleIds]));
        this.db = db;
    }
    async create(schedules) {
        const rows = await this.db.query(CREATE, [JSON.stringify(schedules.map(scheduleColumns))]);
        const created = new Set(rows.map(({ id }) => id));
        return schedules.map(({ id }) => (created.has(id) ? 'created' : 'name_taken'));
    }
    async change(changes) {
        for (let tries = 1;; tries += 1) {
            try {
                return await this.db.transaction((run) => changeSchedules(run, changes));
            }
            catch (error) {
                // Somebody else took a name in between: by now it is there to be seen.
                if (codeOf(error) !== UNIQUE || tries === MAX_TRIES)
                    throw error;
            }
        }
    }
    async remove(scheduleIds) {
        const removed = new Set((await this.db.query(REMOVE, [scheduleIds])).map(({ id }) => id));
        return scheduleIds.map((id) => removed.delete(id));
    }
    fire(leadership, firings) {
        return fireSchedules(this.db, leadership, firings);
    }
    async pruneTicks(leadership, before, limit) {
        const [row] = await this.db.query(PRUNE, [...fenceOf(leadership), before, limit]);
        return Number(row?.['ticks']);
    }
}
async function changeSchedules(run, changes) {
    const locked = await run(LOCK, [changes.map(({ schedule }) => schedule.id)]);
    const revisions = new Map(locked.map((row) => [row['id'], Number(row['revision'])]));
    const holders = await run(HOLDERS, [changes.map(({ schedule }) => schedule.name)]);
    const byName = new Map(holders.map((row) => [row['name'], row['id']]));
    const answers = changes.map(({ schedule }) => {
        const revision = revisions.get(schedule.id);
        if (revision === undefined)
            return 'not_found';
        if (revision !== schedule.revision)
            return 'changed';
        const holder = byName.get(schedule.name) ?? schedule.id;
        if (holder !== schedule.id)
            return 'name_taken';
        byName.set(schedule.name, schedule.id);
        revisions.set(schedule.id, revision + 1);
        return 'applied';
    });
    const applied = changes.filter((_, place) => answers[place] === 'applied');
    await run(CHANGE, [JSON.stringify(applied.map(({ schedule }) => scheduleColumns(schedule)))]);
    const ticks = applied.flatMap(({ schedule, ticks }) => ticks.map((tick) => ({ ...tick, scheduleId: schedule.id })));
    await run(ADD_TICKS, tickValues(ticks));
    return answers;
}
/** Columns of ticks: schedule_id, slot, outcome, job_id, reason, delay_ms. */
function tickValues(ticks) {
    return [
        ticks.map(({ scheduleId }) => scheduleId),
        ticks.map(({ slot }) => slot),
        ticks.map(({ outcome }) => outcome),
        ticks.map(({ jobId }) => jobId),
        ticks.map(({ reason }) => reason),
        ticks.map(({ delayMs }) => delayMs),
    ];
}
//# sourceMappingURL=postgres-schedule-store.js.map