import type { Leadership } from '../../application/ports/leader-lock.js'
import type {
  ChangeAnswer,
  FireAnswer,
  Firing,
  ScheduleChange,
  ScheduleStore,
} from '../../application/ports/schedule-store.js'
import type { Logger } from '../../application/ports/logger.js'
import { queuedJob } from '../../domain/job.js'
import type { Schedule, Tick } from '../../domain/schedule.js'
import type { SqlReader } from '../sql/dialect.js'
import { SCHEDULE_COLUMNS, scheduleColumns } from '../sql/schedule-row.js'
import { SqlScheduleQueries } from '../sql/sql-schedule-queries.js'
import { DeltaTally } from './delta-tally.js'
import { writeJob } from './insert-job.js'
import type { SqliteConnection } from './sqlite-connection.js'
import { leads } from './sqlite-leader-lock.js'
import { toBinding } from './sqlite-reader.js'

const CREATE = `insert into schedules (${SCHEDULE_COLUMNS.join(', ')}) values (${SCHEDULE_COLUMNS.map(() => '?').join(', ')})
  on conflict (name) do nothing`
const REVISION = 'select revision from schedules where id = ?'
const HOLDER = 'select id from schedules where name = ? and id <> ?'

const CHANGED = SCHEDULE_COLUMNS.filter((column) => !['id', 'created_at', 'revision'].includes(column))
const CHANGE = `update schedules set ${CHANGED.map((column) => `${column} = ?`).join(', ')}, revision = revision + 1 where id = ?`

const REMOVE_TICKS = 'delete from schedule_ticks where schedule_id = ?'
const REMOVE = 'delete from schedules where id = ?'

const ADD_TICK = `insert into schedule_ticks (schedule_id, slot, outcome, job_id, reason, delay_ms) values (?, ?, ?, ?, ?, ?)
  on conflict do nothing`
const ADVANCE = `update schedules set decided_until = ?, next_run_at = ?, last_run_at = ?, waiting_slot = ?, revision = revision + 1
  where id = ?`

const PRUNE = `delete from schedule_ticks where (schedule_id, slot) in (
  select schedule_id, slot from schedule_ticks where slot < ? order by slot limit ?)`

/** Schedules in one file, whose only write lock every write holds. */
export class SqliteScheduleStore extends SqlScheduleQueries implements ScheduleStore {
  constructor(
    private readonly db: SqliteConnection,
    reader: SqlReader,
    private readonly logger: Logger,
  ) {
    super(reader)
  }

  create(schedules: readonly Schedule[]): Promise<readonly ('created' | 'name_taken')[]> {
    return this.db.write(() =>
      schedules.map((schedule) => {
        const values = valuesOf(schedule, SCHEDULE_COLUMNS)
        return this.db.run(CREATE, ...values) === 1 ? 'created' : 'name_taken'
      }),
    )
  }

  change(changes: readonly ScheduleChange[]): Promise<readonly ChangeAnswer[]> {
    return this.db.write(() => changes.map((change) => this.changeOne(change)))
  }

  private changeOne({ schedule, ticks }: ScheduleChange): ChangeAnswer {
    const row = this.db.get(REVISION, schedule.id)
    if (row === undefined) return 'not_found'
    if (row['revision'] !== schedule.revision) return 'changed'
    if (this.db.get(HOLDER, schedule.name, schedule.id) !== undefined) return 'name_taken'
    this.db.run(CHANGE, ...valuesOf(schedule, CHANGED), schedule.id)
    for (const tick of ticks) this.keep(schedule.id, tick)
    return 'applied'
  }

  remove(scheduleIds: readonly string[]): Promise<readonly boolean[]> {
    return this.db.write(() =>
      scheduleIds.map((id) => {
        this.db.run(REMOVE_TICKS, id)
        return this.db.run(REMOVE, id) === 1
      }),
    )
  }

  async fire(
    leadership: Leadership,
    firings: readonly Firing[],
  ): Promise<readonly FireAnswer[] | 'superseded'> {
    const answers = await this.db.writeEach<Firing, FireAnswer | 'superseded'>(
      firings,
      () => {
        const tally = new DeltaTally(this.db)
        const mayWrite = leads(this.db, leadership)
        return {
          one: (firing) => (mayWrite ? this.fireOne(firing, tally) : 'superseded'),
          end: () => tally.write(),
        }
      },
      ({ scheduleId }, error) => {
        this.logger.warn('a schedule cannot be fired', { scheduleId, error: String(error) })
        return 'rejected'
      },
    )
    const kept = answers.filter((answer) => answer !== 'superseded')
    return kept.length < answers.length ? 'superseded' : kept
  }

  private fireOne(firing: Firing, tally: DeltaTally): FireAnswer {
    const { scheduleId, decidedUntil, nextRunAt, lastRunAt, waitingSlot } = firing
    if (this.db.get(REVISION, scheduleId)?.['revision'] !== firing.revision) return 'changed'
    const fresh = new Set(firing.ticks.flatMap((tick) => (this.keep(scheduleId, tick) ? [tick.jobId] : [])))
    const jobs = firing.jobs.filter(({ id }) => fresh.has(id))
    for (const job of jobs) writeJob(this.db, queuedJob(job))
    const reached = [decidedUntil, nextRunAt, lastRunAt, waitingSlot].map(toBinding)
    this.db.run(ADVANCE, ...reached, scheduleId)
    // Counted last: what cannot be stored is undone, but not what was counted.
    for (const { definitionKey, definitionVersion } of jobs) tally.inserted(definitionKey, definitionVersion)
    return 'fired'
  }

  pruneTicks(leadership: Leadership, before: Date, limit: number): Promise<number> {
    return this.db.write(() => (leads(this.db, leadership) ? this.db.run(PRUNE, before.getTime(), limit) : 0))
  }

  /** Answers whether the slot had no tick yet. */
  private keep(scheduleId: string, { slot, outcome, jobId, reason, delayMs }: Tick): boolean {
    return this.db.run(ADD_TICK, scheduleId, slot.getTime(), outcome, jobId, reason, delayMs) === 1
  }
}

function valuesOf(schedule: Schedule, columns: readonly (typeof SCHEDULE_COLUMNS)[number][]): unknown[] {
  const { params, declared } = schedule
  const values = {
    ...scheduleColumns(schedule),
    params: JSON.stringify(params),
    declared: declared === null ? null : JSON.stringify(declared),
  }
  return columns.map((column) => toBinding(values[column]))
}
