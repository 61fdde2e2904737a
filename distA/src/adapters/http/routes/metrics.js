import { TimedCache } from '../../../application/timed-cache.js';
import { GRAIN_MS, percentileMs, performanceOf, periodOf, summaryOf, } from '../../../domain/metrics.js';
import { route } from '../route.js';
import { definitionMetrics, latency as latencySchema, latencyQuery, metricsOverview, metricsQuery, performance as performanceSchema, throughput as throughputSchema, throughputQuery, } from '../schemas/metrics.js';
const AGE = { Age: 'Seconds since the figures were computed' };
/** Figures of jobs, computed once for all who ask within their time. */
export function metricsRoutes(deps) {
    const { metrics, clock } = deps;
    const cache = new TimedCache(() => clock.monotonicMs());
    const figures = async (key, ttl, compute) => {
        const maxAgeMs = ttl === undefined ? deps.limits.metricsCacheMs : ttl * 1_000;
        const { value, ageMs } = await cache.get(key, maxAgeMs, () => compute(clock.now()));
        return { status: 200, headers: { Age: String(Math.floor(ageMs / 1_000)) }, body: value };
    };
    return [
        overview(metrics, figures),
        definitions(metrics, figures),
        throughput(metrics, figures),
        performance(metrics, figures),
        latency(metrics, figures),
        exposition(deps),
    ];
}
function overview(metrics, figures) {
    return route({
        method: 'get',
        path: '/v1/metrics',
        operationId: 'getMetrics',
        summary: 'Jobs by status, how they went, and how many were done lately',
        tag: 'metrics',
        access: 'read',
        query: metricsQuery,
        responses: { 200: { description: 'Figures of all jobs', schema: metricsOverview, headers: AGE } },
        problems: ['invalid-query'],
        handle: ({ query: { ttl } }) => figures('overview', ttl, async (now) => {
            const [all, minutes, hours] = await Promise.all([
                metrics.definitions(),
                metrics.finished('minute', 60, now),
                metrics.finished('hour', 168, now),
            ]);
            const byStatus = summaryOf(all);
            const yesterday = (periodOf('hour', now) - 24) * GRAIN_MS.hour;
            const lastDay = hours.filter(({ startsAt }) => startsAt.getTime() > yesterday);
            return {
                summary: { total: totalOf(byStatus), byStatus },
                performance: performanceOf(all),
                throughput: {
                    lastHour: finishedIn(minutes),
                    lastDay: finishedIn(lastDay),
                    lastWeek: finishedIn(hours),
                },
            };
        }),
    });
}
function definitions(metrics, figures) {
    return route({
        method: 'get',
        path: '/v1/metrics/definitions',
        operationId: 'getDefinitionMetrics',
        summary: 'The same by definition',
        tag: 'metrics',
        access: 'read',
        query: metricsQuery,
        responses: { 200: { description: 'Definitions with jobs', schema: definitionMetrics, headers: AGE } },
        problems: ['invalid-query'],
        handle: ({ query: { ttl } }) => figures('definitions', ttl, async () => ({
            definitions: (await metrics.definitions()).map((figure) => {
                const { successRate, avgProcessingTime, avgQueueTime } = performanceOf([figure]);
                const { definitionKey, definitionVersion, byStatus } = figure;
                const total = totalOf(byStatus);
                return {
                    definitionKey,
                    definitionVersion,
                    total,
                    byStatus,
                    successRate,
                    avgProcessingTime,
                    avgQueueTime,
                };
            }),
        })),
    });
}
function throughput(metrics, figures) {
    return route({
        method: 'get',
        path: '/v1/metrics/throughput',
        operationId: 'getThroughput',
        summary: 'Jobs that succeeded and failed, hour by hour or minute by minute',
        tag: 'metrics',
        access: 'read',
        query: throughputQuery,
        responses: {
            200: {
                description: 'Each hour or minute, the present one last',
                schema: throughputSchema,
                headers: AGE,
            },
        },
        problems: ['invalid-query'],
        handle: ({ query: { hours = 24, minutes, ttl } }) => {
            const [grain, periods] = minutes === undefined ? ['hour', hours] : ['minute', minutes];
            return figures(`throughput ${grain} ${periods}`, ttl, async (now) => {
                const found = await metrics.finished(grain, periods, now);
                const byStart = new Map(found.map((figure) => [figure.startsAt.getTime(), figure]));
                const first = periodOf(grain, now) - periods + 1;
                const data = Array.from({ length: periods }, (_, index) => {
                    const startsAt = (first + index) * GRAIN_MS[grain];
                    const { succeeded = 0, failed = 0 } = byStart.get(startsAt) ?? {};
                    return { period: new Date(startsAt).toISOString(), completed: succeeded, failed };
                });
                return { data };
            });
        },
    });
}
function performance(metrics, figures) {
    return route({
        method: 'get',
        path: '/v1/metrics/performance',
        operationId: 'getPerformance',
        summary: 'Success, processing and queue times, retries',
        tag: 'metrics',
        access: 'read',
        query: metricsQuery,
        responses: {
            200: { description: 'Over all finished jobs that are kept', schema: performanceSchema, headers: AGE },
        },
        problems: ['invalid-query'],
        handle: ({ query: { ttl } }) => figures('performance', ttl, async () => performanceOf(await metrics.definitions())),
    });
}
const WINDOWS = {
    '1h': ['minute', 60],
    '24h': ['hour', 24],
    '7d': ['hour', 168],
};
function latency(metrics, figures) {
    return route({
        method: 'get',
        path: '/v1/metrics/latency',
        operationId: 'getLatency',
        summary: 'Percentiles of waits and runs',
        tag: 'metrics',
        access: 'read',
        query: latencyQuery,
        responses: {
            200: { description: 'Of jobs that finished in the window', schema: latencySchema, headers: AGE },
        },
        problems: ['invalid-query'],
        handle: ({ query: { window = '1h', definitionKey = null, ttl } }) => figures(JSON.stringify(['latency', window, definitionKey]), ttl, async (now) => {
            const [grain, periods] = WINDOWS[window];
            const { wait, run } = await metrics.times(grain, periods, definitionKey, now);
            return { window, definitionKey, wait: percentiles(wait), run: percentiles(run) };
        }),
    });
}
function exposition({ exposition }) {
    return route({
        method: 'get',
        path: '/metrics',
        operationId: 'getPrometheusMetrics',
        summary: 'Figures of this process and of the queue, for Prometheus',
        tag: 'metrics',
        access: 'read',
        responses: { 200: { description: 'Prometheus text format', mediaType: 'text/plain' } },
        problems: [],
        async handle() {
            const text = await exposition.text();
            return { status: 200, headers: { 'Content-Type': exposition.contentType }, body: Buffer.from(text) };
        },
    });
}
function percentiles(histogram) {
    const seconds = (share) => {
        const ms = percentileMs(histogram, share);
        return ms === null ? null : ms / 1_000;
    };
    const jobs = [...histogram.values()].reduce((sum, count) => sum + count, 0);
    return { jobs, p50: seconds(0.5), p95: seconds(0.95), p99: seconds(0.99) };
}
function totalOf(byStatus) {
    return Object.values(byStatus).reduce((sum, count) => sum + count, 0);
}
function finishedIn(periods) {
    return periods.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0);
}
//# sourceMappingURL=metrics.js.map