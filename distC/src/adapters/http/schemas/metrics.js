import { z } from 'zod';
import { instant, plainText, textInteger } from './common.js';
const ttl = textInteger(0, 86_400).optional().meta({
    description: 'Seconds that the figures may be old; 0: compute them now. Default: `METRICS_CACHE_TTL_MS`',
});
export const metricsQuery = z.object({ ttl });
export const throughputQuery = z
    .object({
    hours: textInteger(1, 168, 24)
        .optional()
        .meta({ description: 'Hours to look back, the present one included' }),
    minutes: textInteger(1, 60)
        .optional()
        .meta({ description: 'Minutes to look back instead, the present one included' }),
    ttl,
})
    .refine(({ hours, minutes }) => hours === undefined || minutes === undefined, {
    path: ['minutes'],
    error: 'cannot be given together with hours',
});
export const latencyQuery = z.object({
    window: z.enum(['1h', '24h', '7d']).optional().meta({ default: '1h' }),
    definitionKey: plainText(255).optional(),
    ttl,
});
const count = z.int().min(0);
const seconds = z.number().nullable().meta({ description: 'Seconds; `null` over no jobs' });
const share = z.number().min(0).max(1).nullable().meta({ description: '`null` over no jobs' });
const byStatus = z
    .object({
    queued: count,
    running: count,
    succeeded: count,
    failed: count,
    cancelling: count,
    cancelled: count,
})
    .meta({ id: 'StatusCounts', description: 'Jobs that are kept' });
export const performance = z
    .object({
    successRate: share.meta({ description: 'succeeded / (succeeded + failed)' }),
    avgProcessingTime: seconds.meta({ description: 'Last run of those that succeeded or failed' }),
    avgQueueTime: seconds.meta({ description: 'From being due to the start of the last run' }),
    retryRate: share.meta({ description: 'Finished jobs that took more than one attempt' }),
})
    .meta({ id: 'Performance' });
export const metricsOverview = z
    .object({
    summary: z.object({ total: count, byStatus }),
    performance,
    throughput: z
        .object({
        lastHour: count.meta({ description: 'The last 60 minutes' }),
        lastDay: count.meta({ description: 'The last 24 hours of the throughput' }),
        lastWeek: count.meta({ description: 'The last 168 hours of the throughput' }),
    })
        .meta({ description: 'Jobs that became succeeded or failed' }),
})
    .meta({ id: 'Metrics' });
export const definitionMetrics = z
    .object({
    definitions: z.array(z
        .object({
        definitionKey: z.string(),
        definitionVersion: z.int(),
        total: count,
        byStatus,
        successRate: share,
        avgProcessingTime: seconds,
        avgQueueTime: seconds,
    })
        .meta({ id: 'DefinitionMetrics' })),
})
    .meta({ id: 'DefinitionMetricsList' });
export const throughput = z
    .object({ data: z.array(z.object({ period: instant, completed: count, failed: count })) })
    .meta({ id: 'Throughput' });
const percentiles = z
    .object({ jobs: count, p50: seconds, p95: seconds, p99: seconds })
    .meta({ id: 'Percentiles' });
export const latency = z
    .object({
    window: z.enum(['1h', '24h', '7d']),
    definitionKey: z.string().nullable(),
    wait: percentiles,
    run: percentiles,
})
    .meta({ id: 'Latency' });
//# sourceMappingURL=metrics.js.map