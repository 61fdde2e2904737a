import type {
  ChangeSchedule,
  CreateSchedule,
  PreviewSchedule,
  Schedule,
  SchedulePreview,
  ScheduleTick,
} from './schedule-types.js'
import type { CallOptions, Transport } from './transport.js'

export interface ScheduleList {
  readonly schedules: readonly Schedule[]
  readonly total: number
}

/** What starts jobs by the clock. */
export class Schedules {
  constructor(private readonly transport: Transport) {}

  list(
    query: { readonly limit?: number; readonly offset?: number } = {},
    options: CallOptions = {},
  ): Promise<ScheduleList> {
    return this.transport.json('GET', '/v1/schedules', { query, ...options })
  }

  /** @throws ApiError `schedule-name-taken`, also when the answer to a first try was lost. */
  create(body: CreateSchedule, options: CallOptions = {}): Promise<Schedule> {
    return this.transport.json('POST', '/v1/schedules', { body, ...options })
  }

  get(scheduleId: string, options: CallOptions = {}): Promise<Schedule> {
    return this.transport.json('GET', pathOf(scheduleId), options)
  }

  change(scheduleId: string, body: ChangeSchedule, options: CallOptions = {}): Promise<Schedule> {
    return this.transport.json('PATCH', pathOf(scheduleId), { body, ...options })
  }

  delete(scheduleId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.json('DELETE', pathOf(scheduleId), options)
  }

  pause(scheduleId: string, options: CallOptions = {}): Promise<Schedule> {
    return this.transport.json('POST', pathOf(scheduleId, 'pause'), options)
  }

  resume(scheduleId: string, options: CallOptions = {}): Promise<Schedule> {
    return this.transport.json('POST', pathOf(scheduleId, 'resume'), options)
  }

  /** Makes a job of it now, whatever its slots are. */
  run(scheduleId: string, options: CallOptions = {}): Promise<{ readonly jobId: string }> {
    return this.transport.json('POST', pathOf(scheduleId, 'run'), { repeatable: false, ...options })
  }

  /** The next `n` slots. */
  preview(
    scheduleId: string,
    query: { readonly n?: number } = {},
    options: CallOptions = {},
  ): Promise<SchedulePreview> {
    return this.transport.json('GET', pathOf(scheduleId, 'preview'), { query, ...options })
  }

  /** The slots that a schedule would have. */
  previewOf(
    body: PreviewSchedule,
    query: { readonly n?: number } = {},
    options: CallOptions = {},
  ): Promise<SchedulePreview> {
    return this.transport.json('POST', '/v1/schedules/preview', { body, query, ...options })
  }

  /** What became of the last slots. */
  ticks(
    scheduleId: string,
    query: { readonly limit?: number } = {},
    options: CallOptions = {},
  ): Promise<{ readonly ticks: readonly ScheduleTick[] }> {
    return this.transport.json('GET', pathOf(scheduleId, 'ticks'), { query, ...options })
  }
}

function pathOf(scheduleId: string, action?: string): string {
  return ['/v1/schedules', encodeURIComponent(scheduleId), action].filter(Boolean).join('/')
}
