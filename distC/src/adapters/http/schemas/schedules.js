import { z } from 'zod';
import { CATCH_UPS, OVERLAPS, TICK_OUTCOMES } from '../../../domain/schedule.js';
import { SCHEDULE_DEFAULTS } from '../../../domain/schedule-spec.js';
import { instant, jobId, jsonObject, MAX_INT, plainText, textInteger } from './common.js';
import { definitionKey, givenInstant, maxAttempts, priority } from './jobs.js';
const byDefault = SCHEDULE_DEFAULTS;
export const scheduleParams = z.object({ scheduleId: jobId.meta({ description: 'Id of a schedule' }) });
/** When slots are; whether an expression or a zone is one, the calendar says. */
const timesShape = {
    cron: z.string().max(512).nullable().optional().meta({
        description: 'Minute, hour, day of month, month, day of week, seconds optionally before them; or @hourly, @daily, @weekly, @monthly, @yearly. Of two restricted days either suffices',
    }),
    everySeconds: z.int().min(1).max(MAX_INT).nullable().optional().meta({
        description: 'In place of `cron`: at whole multiples, counted from `startsAt`, else from the epoch',
    }),
    timezone: z
        .string()
        .max(255)
        .optional()
        .meta({ description: `IANA name; default ${byDefault.timezone}` }),
    startsAt: givenInstant.nullable().optional().meta({ description: 'The first slot is not before it' }),
    endsAt: givenInstant.nullable().optional().meta({ description: 'The last slot is before it' }),
};
const restShape = {
    definitionVersion: z
        .int()
        .min(1)
        .max(MAX_INT)
        .nullable()
        .optional()
        .meta({ description: 'Default: the newest at each slot' }),
    params: jsonObject.optional().meta({ description: 'Of each job; as of `POST /v1/jobs`' }),
    priority: priority.optional().meta({ description: `Default ${byDefault.priority}` }),
    maxAttempts: maxAttempts.nullable().optional().meta({ description: "Default: the definition's" }),
    ...timesShape,
    enabled: z
        .boolean()
        .optional()
        .meta({ description: `Default ${byDefault.enabled}` }),
    catchUp: z
        .enum(CATCH_UPS)
        .optional()
        .meta({
        description: `What becomes of slots that are missed for longer than a minute: none is made up for, the last one, or all; default ${byDefault.catchUp}`,
    }),
    maxCatchUp: z
        .int()
        .min(1)
        .max(10_000)
        .optional()
        .meta({ description: `Most slots that \`all\` makes up for at once; default ${byDefault.maxCatchUp}` }),
    overlap: z
        .enum(OVERLAPS)
        .optional()
        .meta({
        description: `What becomes of a slot while a job of the schedule has not ended; default ${byDefault.overlap}`,
    }),
};
const name = plainText(255).min(1).meta({ description: 'Unique' });
/** What `POST /v1/schedules` takes. */
export const createScheduleBody = z.strictObject({ name, definitionKey, ...restShape }).meta({
    id: 'CreateSchedule',
    description: 'Exactly one of `cron` and `everySeconds`',
    examples: [
        {
            name: 'nightly report',
            definitionKey: 'process.data',
            params: { dataset: 'sales', operation: 'aggregate' },
            cron: '30 7 * * 1-5',
            timezone: 'Europe/Berlin',
            overlap: 'skip',
        },
        { name: 'heartbeat', definitionKey: 'echo', params: { message: 'still here' }, everySeconds: 60 },
    ],
});
export const patchScheduleBody = z
    .strictObject({ name: name.optional(), definitionKey: definitionKey.optional(), ...restShape })
    .meta({
    id: 'PatchSchedule',
    description: 'Any of it; of `cron` and `everySeconds` the one that is given takes the place of the other',
    examples: [{ cron: '0 8 * * 1-5' }, { params: { message: 'hello' }, priority: 5 }],
});
export const previewScheduleBody = z
    .strictObject({ name: name.optional(), definitionKey: definitionKey.optional(), ...restShape })
    .meta({
    id: 'PreviewSchedule',
    description: 'A schedule as for `POST /v1/schedules`, of which only its times are looked at and needed',
    examples: [{ cron: '30 2 * * *', timezone: 'Europe/Berlin' }, { everySeconds: 90 }],
});
export const schedule = z
    .object({
    scheduleId: z.uuid(),
    name: z.string(),
    definitionKey: z.string(),
    definitionVersion: z.int().nullable(),
    params: jsonObject,
    priority: z.int(),
    maxAttempts: z.int().nullable(),
    cron: z.string().nullable(),
    everySeconds: z.int().nullable(),
    timezone: z.string(),
    startsAt: instant.nullable(),
    endsAt: instant.nullable(),
    enabled: z.boolean(),
    catchUp: z.enum(CATCH_UPS),
    maxCatchUp: z.int(),
    overlap: z.enum(OVERLAPS),
    nextRunAt: instant.nullable().meta({ description: '`null` while it is paused, and after its last slot' }),
    lastRunAt: instant.nullable().meta({ description: 'The latest slot that made a job' }),
    createdAt: instant,
    declared: z
        .boolean()
        .meta({ description: 'Code declares it: it can be changed and paused, but not removed' }),
})
    .meta({ id: 'Schedule' });
export const listSchedulesQuery = z.object({
    limit: textInteger(1, 1000, 100).optional(),
    offset: textInteger(0, 1_000_000, 0).optional(),
});
export const scheduleList = z
    .object({ schedules: z.array(schedule), total: z.int() })
    .meta({ id: 'ScheduleList' });
export const previewQuery = z.object({
    n: textInteger(1, 100, 10).optional().meta({ description: 'How many slots' }),
});
export const schedulePreview = z
    .object({
    description: z.string().meta({ description: 'How the times read in plain English' }),
    runs: z.array(z.object({
        at: instant,
        local: z.string().meta({ description: 'On a clock of the zone' }),
        offset: z.string().meta({ description: 'From UTC at that instant, such as +02:00' }),
        note: z
            .string()
            .nullable()
            .meta({ description: 'That a change of the clocks moves this slot, or repeats its local time' }),
    })),
})
    .meta({ id: 'SchedulePreview' });
export const listTicksQuery = z.object({
    limit: textInteger(1, 1000, 100).optional(),
    before: givenInstant.optional().meta({ description: 'Only slots before it' }),
});
export const tickList = z
    .object({
    ticks: z.array(z
        .object({
        slot: instant,
        outcome: z.enum(TICK_OUTCOMES),
        jobId: z.uuid().nullable(),
        reason: z.string().nullable().meta({ description: 'In words, for every outcome but `fired`' }),
        delayMs: z.int().meta({ description: 'From the slot until it was decided' }),
    })
        .meta({ id: 'Tick' })),
})
    .meta({ id: 'TickList' });
//# sourceMappingURL=schedules.js.map