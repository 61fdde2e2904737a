/** A schedule, as `/v1/schedules` tells it. */
export interface Schedule {
  readonly scheduleId: string
  readonly name: string
  readonly definitionKey: string
  readonly definitionVersion: number | null
  readonly params: Readonly<Record<string, unknown>>
  readonly priority: number
  readonly maxAttempts: number | null
  readonly cron: string | null
  readonly everySeconds: number | null
  readonly timezone: string
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly enabled: boolean
  readonly catchUp: string
  readonly maxCatchUp: number
  readonly overlap: string
  readonly nextRunAt: string | null
  readonly lastRunAt: string | null
  /** Code declares it: it cannot be removed. */
  readonly declared?: boolean
}

export interface ScheduleList {
  readonly schedules: readonly Schedule[]
  readonly total: number
}

export interface SchedulePreview {
  /** The times in plain language. */
  readonly description: string
  readonly runs: readonly {
    readonly at: string
    readonly local: string
    readonly offset: string
    /** What a change of the clocks does to it. */
    readonly note: string | null
  }[]
}

export interface Tick {
  readonly slot: string
  readonly outcome: 'fired' | 'caught_up' | 'skipped' | 'missed' | 'paused'
  readonly jobId: string | null
  readonly reason: string | null
  readonly delayMs: number
}
