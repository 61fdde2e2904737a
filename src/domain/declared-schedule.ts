import { canonicalJson, flawOf, scrubJson, type JsonObject } from './json.js'
import type { Schedule, ScheduleSpec } from './schedule.js'
import { scheduleSpec, specJson, specOf, type GivenSchedule } from './schedule-spec.js'

/** A schedule that a definition declares in code, of its own jobs; what it does not say has the defaults of the API. */
export interface DeclaredSchedule<Params = unknown> extends Omit<
  GivenSchedule,
  'definitionKey' | 'definitionVersion' | 'params'
> {
  /** What each job is given; `{}` unless said otherwise. */
  readonly params?: Params | undefined
}

/** What a declaration says, with every default, for the version that declares it. */
export function declaredSpec(
  definition: { readonly key: string; readonly version: number },
  declared: DeclaredSchedule,
): ScheduleSpec {
  const params = jsonOf(declared.params ?? {})
  const { key: definitionKey, version: definitionVersion } = definition
  return scheduleSpec({ ...declared, definitionKey, definitionVersion, params })
}

/** As each of its jobs will get them; those that cannot be kept as they are, for the check of the schedule to tell of. */
function jsonOf(params: unknown): JsonObject {
  return (flawOf(params) === null ? scrubJson(params) : params) as JsonObject
}

/** Why a definition cannot declare these, one sentence each; their times are for a calendar to judge. */
export function declarationFlaws(schedules: unknown): string[] {
  if (schedules === undefined) return []
  if (!Array.isArray(schedules)) return ['schedules must be an array']
  const flaws: string[] = []
  const names = new Set<unknown>()
  for (const declared of schedules as readonly (Partial<DeclaredSchedule> | null)[]) {
    const name = declared?.name
    if (typeof name !== 'string' || name === '') flaws.push('each of schedules must have a name')
    else if (names.has(name))
      flaws.push(`schedules must have different names: ${name.slice(0, 100)} comes twice`)
    names.add(name)
  }
  return flaws
}

/** Members that mean something only together: who changes one of them has changed all. */
const TOGETHER: readonly (readonly (keyof ScheduleSpec)[])[] = [
  ['cron', 'everySeconds', 'timezone'],
  ['startsAt', 'endsAt'],
  ['definitionKey', 'definitionVersion'],
]
const ALONE = ['params', 'priority', 'maxAttempts', 'enabled', 'catchUp', 'maxCatchUp', 'overlap'] as const

/**
 * What holds when code declares something else than before: what code says anew, it says; in all else the schedule stays as
 * it is, whether code made it so or an operator.
 *
 * @param before what code declared last, as `specJson` has it.
 */
export function mergedSpec(current: ScheduleSpec, before: JsonObject, declared: ScheduleSpec): ScheduleSpec {
  const now = specJson(declared)
  const groups = [...TOGETHER, ...ALONE.map((member) => [member])]
  const changed = groups.filter((group) =>
    group.some((member) => canonicalJson(before[member] ?? null) !== canonicalJson(now[member] ?? null)),
  )
  const said = changed.flat().map((member) => [member, declared[member]])
  return { ...specOf(current), ...(Object.fromEntries(said) as Partial<ScheduleSpec>) }
}

/** What is kept of a declaration that is in the code no longer: it counts as one that is not enabled. */
export function withdrawn(before: JsonObject): JsonObject {
  return { ...before, enabled: false, withdrawn: true }
}

/** Whether code declares this schedule, as far as the last one that published knew. */
export function isDeclared({ declared }: Pick<Schedule, 'declared'>): boolean {
  return declared !== null && declared['withdrawn'] !== true
}
