import { z } from 'zod';
import { instant, jobStatus } from './common.js';
const message = z.string();
const reason = z
    .discriminatedUnion('code', [
    z.object({ code: z.literal('scheduled'), message, runAt: instant }),
    z.object({ code: z.literal('paused'), message }),
    z.object({
        code: z.literal('concurrency_limit'),
        message,
        limit: z.int(),
        running: z.int(),
        holders: z.array(z.uuid()).meta({ description: 'Jobs that have the places, at most 100' }),
    }),
    z.object({
        code: z.literal('no_worker'),
        message,
        workers: z.int().meta({ description: 'Live workers' }),
        draining: z.int().meta({ description: 'Of these, the ones that run such jobs but are stopping' }),
    }),
    z.object({
        code: z.literal('workers_busy'),
        message,
        workers: z.int().meta({ description: 'That run such jobs' }),
        slots: z.int(),
        running: z.int(),
    }),
    z.object({
        code: z.literal('running'),
        message,
        workerId: z.string().nullable(),
        run: z.int(),
        startedAt: instant,
    }),
    z.object({ code: z.literal('finished'), message, finishedAt: instant }),
])
    .meta({ id: 'Reason' });
export const explanation = z
    .object({
    jobId: z.uuid(),
    status: jobStatus,
    reasons: z.array(reason).meta({ description: 'None: it may start at any moment' }),
    position: z.int().min(1).nullable().meta({
        description: 'Among the queued jobs that its workers would take; `null` when it is not queued',
    }),
    positionIsCapped: z.boolean().meta({ description: 'More than 10,000 are before it' }),
    expectedStartAt: instant
        .nullable()
        .meta({ description: 'By the median of recent runs; `null`: nothing can be said' }),
})
    .meta({ id: 'Explanation' });
export const workerList = z
    .object({
    workers: z.array(z
        .object({
        workerId: z.string().meta({ description: 'Its display name, which need not be unique' }),
        incarnation: z.uuid().meta({ description: 'This start of it' }),
        host: z.string(),
        pid: z.int(),
        version: z.string(),
        definitions: z.array(z.string()).meta({ description: '`key@version`' }),
        slots: z.int(),
        running: z.int().meta({ description: 'Slots that were taken at its last heartbeat' }),
        startedAt: instant,
        heartbeatAt: instant,
        leaseExpiresAt: instant,
        draining: z.boolean().meta({ description: 'It takes no more jobs' }),
    })
        .meta({ id: 'Worker' })),
})
    .meta({ id: 'WorkerList' });
//# sourceMappingURL=insight.js.map