import type { ChangeSchedule, CreateSchedule, PreviewSchedule, Schedule, SchedulePreview, ScheduleTick } from './schedule-types.js';
import type { CallOptions, Transport } from './transport.js';
export interface ScheduleList {
    readonly schedules: readonly Schedule[];
    readonly total: number;
}
/** What starts jobs by the clock. */
export declare class Schedules {
    private readonly transport;
    constructor(transport: Transport);
    list(query?: {
        readonly limit?: number;
        readonly offset?: number;
    }, options?: CallOptions): Promise<ScheduleList>;
    /** @throws ApiError `schedule-name-taken`, also when the answer to a first try was lost. */
    create(body: CreateSchedule, options?: CallOptions): Promise<Schedule>;
    get(scheduleId: string, options?: CallOptions): Promise<Schedule>;
    change(scheduleId: string, body: ChangeSchedule, options?: CallOptions): Promise<Schedule>;
    delete(scheduleId: string, options?: CallOptions): Promise<void>;
    pause(scheduleId: string, options?: CallOptions): Promise<Schedule>;
    resume(scheduleId: string, options?: CallOptions): Promise<Schedule>;
    /** Makes a job of it now, whatever its slots are. */
    run(scheduleId: string, options?: CallOptions): Promise<{
        readonly jobId: string;
    }>;
    /** The next `n` slots. */
    preview(scheduleId: string, query?: {
        readonly n?: number;
    }, options?: CallOptions): Promise<SchedulePreview>;
    /** The slots that a schedule would have. */
    previewOf(body: PreviewSchedule, query?: {
        readonly n?: number;
    }, options?: CallOptions): Promise<SchedulePreview>;
    /** What became of the last slots. */
    ticks(scheduleId: string, query?: {
        readonly limit?: number;
    }, options?: CallOptions): Promise<{
        readonly ticks: readonly ScheduleTick[];
    }>;
}
