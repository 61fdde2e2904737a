import { FIRST_INSTANT, LAST_INSTANT } from './instant.js'
import type { Flaw, JsonObject } from './json.js'
import type { CatchUp, Overlap, ScheduleSpec } from './schedule.js'

/** What somebody says about a schedule; everything but its name and its definition has a default. */
export interface GivenSchedule {
  readonly name: string
  readonly definitionKey: string
  readonly definitionVersion?: number | null | undefined
  readonly params?: JsonObject | undefined
  readonly priority?: number | undefined
  readonly maxAttempts?: number | null | undefined
  readonly cron?: string | null | undefined
  readonly everySeconds?: number | null | undefined
  readonly timezone?: string | undefined
  readonly startsAt?: Date | null | undefined
  readonly endsAt?: Date | null | undefined
  readonly enabled?: boolean | undefined
  readonly catchUp?: CatchUp | undefined
  readonly maxCatchUp?: number | undefined
  readonly overlap?: Overlap | undefined
}

/** What is said anew; the rest stays. */
export type SchedulePatch = { readonly [Member in keyof GivenSchedule]?: GivenSchedule[Member] | undefined }

export const SCHEDULE_DEFAULTS = {
  definitionVersion: null,
  params: {},
  priority: 0,
  maxAttempts: null,
  cron: null,
  everySeconds: null,
  timezone: 'UTC',
  startsAt: null,
  endsAt: null,
  enabled: true,
  catchUp: 'last',
  maxCatchUp: 100,
  overlap: 'allow',
} as const satisfies Omit<ScheduleSpec, 'name' | 'definitionKey'>

/** With every default filled in. */
export function scheduleSpec(given: GivenSchedule): ScheduleSpec {
  return { ...SCHEDULE_DEFAULTS, ...withoutUndefined(given) }
}

/** A spec with some of it said anew; of `cron` and `everySeconds` the one that is given takes the place of the other. */
export function patchedSpec(spec: ScheduleSpec, patch: SchedulePatch): ScheduleSpec {
  const given = withoutUndefined(patch)
  const replaced =
    typeof given.cron === 'string'
      ? { everySeconds: null }
      : typeof given.everySeconds === 'number'
        ? { cron: null }
        : {}
  return { ...specOf(spec), ...replaced, ...given }
}

/** The members of a spec, whatever else there is of them. */
export function specOf(spec: ScheduleSpec): ScheduleSpec {
  const { name, definitionKey, definitionVersion, params, priority, maxAttempts } = spec
  const { cron, everySeconds, timezone, startsAt, endsAt, enabled, catchUp, maxCatchUp, overlap } = spec
  return {
    ...{ name, definitionKey, definitionVersion, params, priority, maxAttempts },
    ...{ cron, everySeconds, timezone, startsAt, endsAt, enabled, catchUp, maxCatchUp, overlap },
  }
}

/** A spec as plain JSON: what is equal has equal canonical text. */
export function specJson(spec: ScheduleSpec): JsonObject {
  const { startsAt, endsAt, ...rest } = specOf(spec)
  return { ...rest, startsAt: startsAt?.toISOString() ?? null, endsAt: endsAt?.toISOString() ?? null }
}

/** What members of a spec say against each other; empty when they agree. */
export function specFlaws({
  cron,
  everySeconds,
  startsAt,
  endsAt,
}: Pick<ScheduleSpec, 'cron' | 'everySeconds' | 'startsAt' | 'endsAt'>): readonly Flaw[] {
  const flaws: Flaw[] = []
  if ((cron === null) === (everySeconds === null))
    flaws.push({ pointer: '/cron', message: 'needs exactly one of cron and everySeconds' })
  for (const [name, instant] of Object.entries({ startsAt, endsAt }))
    if (instant !== null && (+instant < FIRST_INSTANT || +instant > LAST_INSTANT))
      flaws.push({ pointer: `/${name}`, message: 'must be in the years 0001 to 9999, UTC' })
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt)
    flaws.push({ pointer: '/endsAt', message: 'must be after startsAt' })
  return flaws
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function withoutUndefined<T extends object>(given: T): Defined<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>
}
