import type { Leadership } from '../../application/ports/leader-lock.js'
import type {
  ChangeAnswer,
  FireAnswer,
  Firing,
  ScheduleChange,
  ScheduleStore,
} from '../../application/ports/schedule-store.js'
import type { Schedule, Tick } from '../../domain/schedule.js'
import type { SqlReader } from '../sql/dialect.js'
import { SCHEDULE_COLUMNS, scheduleColumns } from '../sql/schedule-row.js'
import { SqlScheduleQueries } from '../sql/sql-schedule-queries.js'
import { fireSchedules } from './fire-schedules.js'
import type { Db, Run, Statement } from './postgres-db.js'
import { codeOf } from './postgres-errors.js'
import { fenceOf, LEADS } from './postgres-leader-lock.js'

const COLUMNS = SCHEDULE_COLUMNS.join(', ')

/** Rows as JSON: their types are those of the table. */
const CREATE: Statement = {
  text: `insert into schedules (${COLUMNS}) select ${COLUMNS} from jsonb_populate_recordset(null::schedules, $1)
on conflict (name) do nothing returning id`,
}

/** In order of the id, so that no two who lock several wait for each other. */
const LOCK: Statement = {
  text: 'select id, revision from schedules where id = any($1::uuid[]) order by id for update',
}
const HOLDERS: Statement = { text: 'select id, name from schedules where name = any($1::text[])' }

const CHANGED = SCHEDULE_COLUMNS.filter((column) => !['id', 'created_at', 'revision'].includes(column))
const CHANGE: Statement = {
  text: `update schedules s set ${CHANGED.map((column) => `${column} = x.${column}`).join(', ')}, revision = s.revision + 1
from jsonb_populate_recordset(null::schedules, $1) x where s.id = x.id`,
}
const ADD_TICKS: Statement = {
  text: `insert into schedule_ticks (schedule_id, slot, outcome, job_id, reason, delay_ms)
select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::text[], $6::bigint[]) on conflict do nothing`,
}

/** Only behind `LOCK`, in a statement of its own: it sees the ticks of a firing that had to be waited for. */
const REMOVE: Statement = {
  text: `with t as (delete from schedule_ticks where schedule_id = any($1::uuid[]))
delete from schedules where id = any($1::uuid[]) returning id`,
}

const PRUNE: Statement = {
  name: 'prune_ticks_2',
  text: `with ${LEADS},
x as materialized (
  select t.* from leads cross join lateral (
    select schedule_id, slot from schedule_ticks where slot < $4 order by slot limit $5 for update skip locked) t),
d as (delete from schedule_ticks t using x
  where t.schedule_id = any(array[x.schedule_id]) and t.slot = any(array[x.slot]) returning 1)
select count(*) as ticks from d`,
}

const UNIQUE = '23505'
const MAX_TRIES = 5

/** Schedules in PostgreSQL. Whoever writes to a schedule holds its row. */
export class PostgresScheduleStore extends SqlScheduleQueries implements ScheduleStore {
  constructor(
    private readonly db: Db,
    reader: SqlReader,
  ) {
    super(reader)
  }

  async create(schedules: readonly Schedule[]): Promise<readonly ('created' | 'name_taken')[]> {
    const rows = await this.db.query(CREATE, [JSON.stringify(schedules.map(scheduleColumns))])
    const created = new Set(rows.map(({ id }) => id))
    return schedules.map(({ id }) => (created.has(id) ? 'created' : 'name_taken'))
  }

  async change(changes: readonly ScheduleChange[]): Promise<readonly ChangeAnswer[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.db.transaction((run) => changeSchedules(run, changes))
      } catch (error) {
        // Somebody else took a name in between: by now it is there to be seen.
        if (codeOf(error) !== UNIQUE || tries === MAX_TRIES) throw error
      }
    }
  }

  async remove(scheduleIds: readonly string[]): Promise<readonly boolean[]> {
    const rows = await this.db.transaction(async (run) => {
      await run(LOCK, [scheduleIds])
      return run(REMOVE, [scheduleIds])
    })
    const removed = new Set(rows.map(({ id }) => id))
    return scheduleIds.map((id) => removed.delete(id))
  }

  fire(leadership: Leadership, firings: readonly Firing[]): Promise<readonly FireAnswer[] | 'superseded'> {
    return fireSchedules(this.db, leadership, firings)
  }

  async pruneTicks(leadership: Leadership, before: Date, limit: number): Promise<number> {
    const [row] = await this.db.query(PRUNE, [...fenceOf(leadership), before, limit])
    return Number(row?.['ticks'])
  }
}

async function changeSchedules(
  run: Run,
  changes: readonly ScheduleChange[],
): Promise<readonly ChangeAnswer[]> {
  const locked = await run(LOCK, [changes.map(({ schedule }) => schedule.id)])
  const revisions = new Map(locked.map((row) => [row['id'], Number(row['revision'])]))
  const holders = await run(HOLDERS, [changes.map(({ schedule }) => schedule.name)])
  const byName = new Map(holders.map((row) => [row['name'] as string, row['id'] as string]))
  const answers = changes.map(({ schedule }): ChangeAnswer => {
    const revision = revisions.get(schedule.id)
    if (revision === undefined) return 'not_found'
    if (revision !== schedule.revision) return 'changed'
    const holder = byName.get(schedule.name) ?? schedule.id
    if (holder !== schedule.id) return 'name_taken'
    byName.set(schedule.name, schedule.id)
    revisions.set(schedule.id, revision + 1)
    return 'applied'
  })
  const applied = changes.filter((_, place) => answers[place] === 'applied')
  await run(CHANGE, [JSON.stringify(applied.map(({ schedule }) => scheduleColumns(schedule)))])
  const ticks = applied.flatMap(({ schedule, ticks }) =>
    ticks.map((tick) => ({ ...tick, scheduleId: schedule.id })),
  )
  await run(ADD_TICKS, tickValues(ticks))
  return answers
}

/** Columns of ticks: schedule_id, slot, outcome, job_id, reason, delay_ms. */
function tickValues(
  ticks: readonly (Tick & { readonly scheduleId: string })[],
): readonly (readonly unknown[])[] {
  return [
    ticks.map(({ scheduleId }) => scheduleId),
    ticks.map(({ slot }) => slot),
    ticks.map(({ outcome }) => outcome),
    ticks.map(({ jobId }) => jobId),
    ticks.map(({ reason }) => reason),
    ticks.map(({ delayMs }) => delayMs),
  ]
}
