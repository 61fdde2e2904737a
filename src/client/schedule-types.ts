/** A rule that makes a job at each of its slots; what the API says of it. */
export interface Schedule {
  readonly scheduleId: string
  readonly name: string
  readonly definitionKey: string
  /** `null`: the newest published at each slot. */
  readonly definitionVersion: number | null
  readonly params: Readonly<Record<string, unknown>>
  readonly priority: number
  readonly maxAttempts: number | null
  /** Exactly one of `cron` and `everySeconds` is not `null`. */
  readonly cron: string | null
  readonly everySeconds: number | null
  /** IANA name. */
  readonly timezone: string
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly enabled: boolean
  readonly catchUp: 'skip' | 'last' | 'all'
  readonly maxCatchUp: number
  readonly overlap: 'allow' | 'skip' | 'queue_one' | 'cancel_previous'
  readonly nextRunAt: string | null
  readonly lastRunAt: string | null
}

type Settings = Partial<Omit<Schedule, 'scheduleId' | 'nextRunAt' | 'lastRunAt'>>

/** What makes a schedule: its name, the key of its definition, and either `cron` or `everySeconds`. */
export type CreateSchedule = Settings & Pick<Schedule, 'name' | 'definitionKey'>
export type ChangeSchedule = Settings
/** When a schedule that need not exist would run. */
export type PreviewSchedule = Pick<Settings, 'cron' | 'everySeconds' | 'timezone' | 'startsAt' | 'endsAt'> & {
  readonly n?: number
}

export interface SchedulePreview {
  /** The rule in words. */
  readonly description: string
  readonly runs: readonly {
    readonly at: string
    /** The time on a clock in the schedule's zone. */
    readonly local: string
    readonly offset: string
    readonly note: string | null
  }[]
}

/** What became of a slot. */
export interface ScheduleTick {
  readonly slot: string
  readonly outcome: 'fired' | 'caught_up' | 'skipped' | 'missed' | 'paused'
  readonly jobId: string | null
  readonly reason: string | null
  readonly delayMs: number
}
