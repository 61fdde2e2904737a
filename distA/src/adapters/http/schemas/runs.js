import { z } from 'zod';
import { ATTEMPT_OUTCOMES } from '../../../domain/attempt.js';
import { LOG_LEVELS } from '../../../domain/job-log.js';
import { instant, jsonObject, MAX_INT, textInteger } from './common.js';
const attempt = z
    .object({
    run: z.int().min(1).meta({ description: 'Never repeats' }),
    attempt: z.int().min(1).meta({ description: 'May repeat after an interruption or a snooze' }),
    workerId: z.string().nullable(),
    startedAt: instant,
    endedAt: instant.nullable(),
    outcome: z.enum(ATTEMPT_OUTCOMES).nullable().meta({ description: '`null` while it runs' }),
    error: z.string().nullable().meta({ description: 'With its stack, at most 8,000 characters' }),
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    cpuMs: z.int().min(0).nullable().meta({ description: '`null`: no sample was taken' }),
    maxRssBytes: z.int().min(0).nullable().meta({ description: '`null`: no sample was taken' }),
})
    .meta({ id: 'Attempt' });
export const attemptList = z
    .object({ jobId: z.uuid(), attempts: z.array(attempt) })
    .meta({ id: 'AttemptList' });
export const listLogsQuery = z.object({
    after: textInteger(0, MAX_INT, 0).optional().meta({ description: 'Only lines with a higher id' }),
    run: textInteger(1, MAX_INT).optional().meta({ description: 'Only lines of this run' }),
    limit: textInteger(1, 10_000, 1000).optional(),
});
const logLine = z
    .object({
    id: z.int().min(1),
    at: instant,
    run: z.int().min(1),
    level: z.enum(LOG_LEVELS),
    message: z.string(),
    fields: jsonObject,
})
    .meta({ id: 'LogLine' });
export const logList = z
    .object({
    jobId: z.uuid(),
    lines: z.array(logLine),
    dropped: z.int().min(0).meta({
        description: 'Lines that are not kept: of each run at most 1 MiB is, and the oldest go first',
    }),
})
    .meta({ id: 'LogList' });
//# sourceMappingURL=runs.js.map