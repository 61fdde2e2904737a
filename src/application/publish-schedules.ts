import { isDeclared, mergedSpec, withdrawn } from '../domain/declared-schedule.js'
import { StorageUnavailableError } from '../domain/errors.js'
import { canonicalJson, type JsonObject } from '../domain/json.js'
import type { Schedule, ScheduleSpec } from '../domain/schedule.js'
import { specJson } from '../domain/schedule-spec.js'
import type { JobRegistry } from './job-registry.js'
import type { Calendar } from './ports/calendar.js'
import type { Clock } from './ports/clock.js'
import type { Logger } from './ports/logger.js'
import type { ScheduleChange, ScheduleStore } from './ports/schedule-store.js'
import { changedSchedule, newSchedule } from './schedule-slots.js'

/** How often it is decided anew because others were quicker. */
const TRIES = 10

/**
 * Makes and changes the schedules that this process's registry declares. What code says anew since it was last published
 * holds; all else stays as it is, so that an operator's change outlives every start. One that a definition which is registered here
 * declares no longer is paused. A schedule that was made by hand is never touched. Any number of processes may publish at once.
 */
export class PublishSchedules {
  constructor(
    private readonly registry: Pick<JobRegistry, 'declaredSchedules' | 'refs'>,
    private readonly schedules: ScheduleStore,
    private readonly calendar: Calendar,
    private readonly clock: Clock,
    private readonly newId: () => string,
    private readonly logger: Logger,
  ) {}

  /** @throws StorageUnavailableError. */
  async execute(): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) if (await this.publish()) return
    throw new StorageUnavailableError(null, 'the declared schedules are changed by others all the time')
  }

  /** Answers whether everything is kept as it was decided: that nobody else was quicker. */
  private async publish(): Promise<boolean> {
    const now = this.clock.now()
    const specs = this.registry.declaredSchedules()
    const kept = await this.schedules.declared()
    // An operator may have given it another name since.
    const known = new Map(kept.map((schedule) => [schedule.declared?.['name'], schedule]))
    const created = await this.create(
      specs.filter(({ name }) => !known.has(name)),
      now,
    )
    const changes = specs.flatMap((spec) => {
      const schedule = known.get(spec.name)
      if (schedule === undefined) return []
      return changeOf(schedule, mergedSpec(schedule, schedule.declared ?? {}, spec), specJson(spec))
    })
    const withdrawals = this.vanished(kept, specs).flatMap((schedule) => {
      const before = schedule.declared ?? {}
      const enabled = schedule.enabled && before['enabled'] !== true
      return changeOf(schedule, { ...schedule, enabled }, withdrawn(before))
    })
    return created && (await this.change([...changes, ...withdrawals], now))
  }

  private async create(specs: readonly ScheduleSpec[], now: Date): Promise<boolean> {
    if (specs.length === 0) return true
    const holders = await this.schedules.named(specs.map(({ name }) => name))
    const free = specs.filter((_spec, index) => holders[index] === null)
    for (const { name, definitionKey } of specs.filter((spec) => !free.includes(spec)))
      this.logger.warn('another schedule has the name of a declared one, which is left out', {
        schedule: name,
        definition: definitionKey,
      })
    if (free.length === 0) return true
    const answers = await this.schedules.create(
      free.map((spec) => ({
        ...newSchedule(spec, this.newId(), now, this.calendar),
        declared: specJson(spec),
      })),
    )
    return answers.every((answer) => answer === 'created')
  }

  private async change(wanted: readonly Wanted[], now: Date): Promise<boolean> {
    if (wanted.length === 0) return true
    const answers = await this.schedules.change(
      wanted.map(({ schedule: before, spec, declared }): ScheduleChange => {
        const changed = changedSchedule(before, spec, now, this.calendar)
        const { schedule, ticks } = changed ?? { schedule: before, ticks: [] }
        return { schedule: { ...schedule, declared }, ticks }
      }),
    )
    return answers.every((answer) => answer === 'applied')
  }

  /** Whoever has not loaded a definition cannot know what it declares. */
  private vanished(kept: readonly Schedule[], specs: readonly ScheduleSpec[]): readonly Schedule[] {
    const loaded = new Set<unknown>(this.registry.refs().map(({ key }) => key))
    const declared = new Set<unknown>(specs.map(({ name }) => name))
    return kept.filter(
      (schedule) =>
        isDeclared(schedule) &&
        !declared.has(schedule.declared?.['name']) &&
        loaded.has(schedule.declared?.['definitionKey']),
    )
  }
}

interface Wanted {
  readonly schedule: Schedule
  readonly spec: ScheduleSpec
  readonly declared: JsonObject
}

/** Nothing when code says what it said before. */
function changeOf(schedule: Schedule, spec: ScheduleSpec, declared: JsonObject): readonly Wanted[] {
  return canonicalJson(schedule.declared) === canonicalJson(declared) ? [] : [{ schedule, spec, declared }]
}
