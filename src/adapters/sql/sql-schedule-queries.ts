import { MAX_OPEN_JOBS, type DueSchedule, type SchedulePage } from '../../application/ports/schedule-store.js'
import { dueAt, type Schedule, type Tick } from '../../domain/schedule.js'
import type { SqlReader } from './dialect.js'
import { scheduleOf, tickOf } from './schedule-row.js'

const DUE_AT = 'coalesce(waiting_slot, next_run_at)'

/** The reading half of the ScheduleStore, of both SQL databases; all of it along indexes. */
export class SqlScheduleQueries {
  constructor(private readonly reader: SqlReader) {}

  async get(scheduleId: string): Promise<Schedule | null> {
    const [row] = await this.reader.rows(this.table().where('id', scheduleId))
    return row === undefined ? null : scheduleOf(row, this.reader)
  }

  async named(names: readonly string[]): Promise<readonly (Schedule | null)[]> {
    const rows = await this.reader.rows(this.table().whereIn('name', [...names]))
    const found = new Map(rows.map((row) => [row['name'], scheduleOf(row, this.reader)]))
    return names.map((name) => found.get(name) ?? null)
  }

  async declared(): Promise<readonly Schedule[]> {
    const rows = await this.reader.rows(this.table().whereNotNull('declared'))
    return rows.map((row) => scheduleOf(row, this.reader))
  }

  async list({ limit, offset }: { readonly limit: number; readonly offset: number }): Promise<SchedulePage> {
    const page = this.table().orderBy('name').limit(limit).offset(offset)
    const [rows, [count]] = await Promise.all([
      this.reader.rows(page),
      this.reader.rows(this.reader.knex('schedules').count({ total: '*' })),
    ])
    return {
      schedules: rows.map((row) => scheduleOf(row, this.reader)),
      total: Number(count?.['total'] ?? 0),
    }
  }

  async ticks(
    scheduleId: string,
    { limit, before }: { readonly limit: number; readonly before: Date | null },
  ): Promise<readonly Tick[] | null> {
    const page = this.reader
      .knex('schedule_ticks')
      .where('schedule_id', scheduleId)
      .orderBy('slot', 'desc')
      .limit(limit)
      .select('*')
    if (before !== null) void page.where('slot', '<', before)
    const rows = await this.reader.rows(page)
    if (rows.length === 0 && (await this.get(scheduleId)) === null) return null
    return rows.map((row) => tickOf(row, this.reader))
  }

  async due(now: Date, limit: number, after: DueSchedule | null): Promise<readonly DueSchedule[]> {
    // With the schedule, in one statement: what another leader has made meanwhile would be cancelled as a job of before.
    const open = `case when overlap <> 'allow' then (select ${this.reader.listOf('id')} from (
      select id from jobs where schedule_id = schedules.id order by id limit ${MAX_OPEN_JOBS}) j) end as open_jobs`
    const query = this.table()
      .select(this.reader.knex.raw(open))
      .whereRaw(`enabled = ${this.reader.boolean(true)}`)
      .whereRaw(`${DUE_AT} <= ?`, [now])
      .orderByRaw(`${DUE_AT}, id`)
      .limit(limit)
    if (after !== null) {
      const { schedule } = after
      void query.whereRaw(`(${DUE_AT}, id) > (?, ?)`, [dueAt(schedule) ?? now, schedule.id])
    }
    return (await this.reader.rows(query)).map((row) => {
      const { open_jobs: openJobs } = row
      return {
        schedule: scheduleOf(row, this.reader),
        openJobs: openJobs === null ? [] : (this.reader.json(openJobs) as readonly string[]),
      }
    })
  }

  private table() {
    return this.reader.knex('schedules').select('*')
  }
}
