import type { components } from './api-types.js';
/** A rule that makes a job at each of its slots. */
export type Schedule = components['schemas']['Schedule'];
/** What makes a schedule: its name, the key of its definition, and either `cron` or `everySeconds`. */
export type CreateSchedule = components['schemas']['CreateSchedule'];
export type ChangeSchedule = components['schemas']['PatchSchedule'];
/** When a schedule that need not exist would run. */
export type PreviewSchedule = components['schemas']['PreviewSchedule'];
export type SchedulePreview = components['schemas']['SchedulePreview'];
/** What became of a slot. */
export type ScheduleTick = components['schemas']['Tick'];
