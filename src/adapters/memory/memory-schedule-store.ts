import type { Leadership } from '../../application/ports/leader-lock.js'
import {
  MAX_OPEN_JOBS,
  type ChangeAnswer,
  type DueSchedule,
  type FireAnswer,
  type Firing,
  type ScheduleChange,
  type SchedulePage,
  type ScheduleStore,
} from '../../application/ports/schedule-store.js'
import { queuedJob } from '../../domain/job.js'
import { dueAt, type Schedule, type Tick } from '../../domain/schedule.js'
import type { MemoryState } from './memory-state.js'

export class MemoryScheduleStore implements ScheduleStore {
  constructor(private readonly state: MemoryState) {}

  async create(schedules: readonly Schedule[]): Promise<readonly ('created' | 'name_taken')[]> {
    const answers = schedules.map((schedule) => {
      if (this.byName(schedule.name) !== null) return 'name_taken'
      this.state.schedules.set(schedule.id, structuredClone(schedule))
      this.state.ticks.set(schedule.id, new Map())
      return 'created'
    })
    return Promise.resolve(answers)
  }

  async change(changes: readonly ScheduleChange[]): Promise<readonly ChangeAnswer[]> {
    return Promise.resolve(changes.map((change) => this.changeOne(change)))
  }

  private changeOne({ schedule, ticks }: ScheduleChange): ChangeAnswer {
    const before = this.state.schedules.get(schedule.id)
    if (before === undefined) return 'not_found'
    if (before.revision !== schedule.revision) return 'changed'
    const holder = this.byName(schedule.name)
    if (holder !== null && holder.id !== schedule.id) return 'name_taken'
    this.state.schedules.set(schedule.id, {
      ...structuredClone(schedule),
      createdAt: before.createdAt,
      revision: schedule.revision + 1,
    })
    for (const tick of ticks) this.keep(schedule.id, tick)
    return 'applied'
  }

  async remove(scheduleIds: readonly string[]): Promise<readonly boolean[]> {
    const removed = scheduleIds.map((id) => {
      this.state.ticks.delete(id)
      return this.state.schedules.delete(id)
    })
    return Promise.resolve(removed)
  }

  async get(scheduleId: string): Promise<Schedule | null> {
    return Promise.resolve(structuredClone(this.state.schedules.get(scheduleId) ?? null))
  }

  async named(names: readonly string[]): Promise<readonly (Schedule | null)[]> {
    return Promise.resolve(structuredClone(names.map((name) => this.byName(name))))
  }

  async declared(): Promise<readonly Schedule[]> {
    const all = [...this.state.schedules.values()]
    return Promise.resolve(structuredClone(all.filter(({ declared }) => declared !== null)))
  }

  async list({ limit, offset }: { readonly limit: number; readonly offset: number }): Promise<SchedulePage> {
    const all = [...this.state.schedules.values()].sort(inOrderOfNames)
    const schedules = structuredClone(all.slice(offset, offset + limit))
    return Promise.resolve({ schedules, total: all.length })
  }

  async ticks(
    scheduleId: string,
    { limit, before }: { readonly limit: number; readonly before: Date | null },
  ): Promise<readonly Tick[] | null> {
    const ticks = this.state.ticks.get(scheduleId)
    if (ticks === undefined) return Promise.resolve(null)
    const newest = [...ticks.values()].sort((a, b) => b.slot.getTime() - a.slot.getTime())
    return Promise.resolve(newest.filter(({ slot }) => before === null || slot < before).slice(0, limit))
  }

  async due(now: Date, limit: number, after: DueSchedule | null): Promise<readonly DueSchedule[]> {
    const due = [...this.state.schedules.values()]
      .filter((schedule) => schedule.enabled && isDue(schedule, now))
      .sort(byDueAt)
      .filter((schedule) => after === null || byDueAt(schedule, after.schedule) > 0)
    const answers = due.slice(0, limit).map((schedule): DueSchedule => {
      const open = schedule.overlap === 'allow' ? [] : this.state.openJobs(schedule.id)
      return { schedule: structuredClone(schedule), openJobs: open.slice(0, MAX_OPEN_JOBS) }
    })
    return Promise.resolve(answers)
  }

  async fire(
    leadership: Leadership,
    firings: readonly Firing[],
  ): Promise<readonly FireAnswer[] | 'superseded'> {
    if (!this.state.leads(leadership)) return Promise.resolve('superseded')
    return Promise.resolve(firings.map((firing) => this.fireOne(firing)))
  }

  private fireOne({ scheduleId, ticks, jobs, ...decided }: Firing): FireAnswer {
    const schedule = this.state.schedules.get(scheduleId)
    if (schedule?.revision !== decided.revision) return 'changed'
    // What the CHECK constraints of the databases refuse.
    if (jobs.some(({ maxAttempts }) => maxAttempts < 0)) return 'rejected'
    const kept = new Set(ticks.flatMap((tick) => (this.keep(scheduleId, tick) ? [tick.jobId] : [])))
    for (const newJob of jobs) {
      if (!kept.has(newJob.id)) continue
      const job = queuedJob(newJob)
      const queued = { type: 'queued', payload: { runAt: job.runAt.toISOString() } }
      this.state.put({ ...job, params: structuredClone(job.params) }, [queued], job.queuedAt)
    }
    this.state.schedules.set(scheduleId, { ...schedule, ...decided, revision: decided.revision + 1 })
    return 'fired'
  }

  async pruneTicks(leadership: Leadership, before: Date, limit: number): Promise<number> {
    if (!this.state.leads(leadership)) return Promise.resolve(0)
    const old = [...this.state.ticks.values()].flatMap((ticks) =>
      [...ticks.keys()].filter((slot) => slot < before.getTime()).map((slot) => ({ ticks, slot })),
    )
    const going = old.sort((a, b) => a.slot - b.slot).slice(0, limit)
    for (const { ticks, slot } of going) ticks.delete(slot)
    return Promise.resolve(going.length)
  }

  /** Answers whether the slot had no tick yet. */
  private keep(scheduleId: string, tick: Tick): boolean {
    const ticks = this.state.ticks.get(scheduleId)
    if (ticks === undefined || ticks.has(tick.slot.getTime())) return false
    ticks.set(tick.slot.getTime(), tick)
    return true
  }

  private byName(name: string): Schedule | null {
    return [...this.state.schedules.values()].find((schedule) => schedule.name === name) ?? null
  }
}

function isDue(schedule: Schedule, now: Date): boolean {
  const at = dueAt(schedule)
  return at !== null && at <= now
}

/** By code points, as databases do: texts compare by units of 16 bits, where those of two come before some of one. */
function inOrderOfNames(a: Schedule, b: Schedule): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))
}

function byDueAt(a: Schedule, b: Schedule): number {
  return (dueAt(a)?.getTime() ?? 0) - (dueAt(b)?.getTime() ?? 0) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
