import { byDefinition, GRAIN_MS, periodOf, } from '../../domain/metrics.js';
import { figuresOf, LAST_SUMMED_DAY, listOf } from './job-deltas.js';
const MINUTES = { minute: 1, hour: 60 };
/** What is folded and what is not, and the active jobs themselves; one snapshot. */
const DEFINITIONS = `select definition_key, definition_version, kind, sum(jobs) as jobs, sum(ms) as ms from (
  select definition_key, definition_version, kind, jobs, ms from job_figures where grain = 0
  union all
  select definition_key, definition_version, kind, jobs, ms from (${figuresOf('job_deltas')}) f
  union all
  select definition_key, definition_version, 'active', count(*), 0 from jobs where worker is not null
  group by definition_key, definition_version
  union all
  select definition_key, definition_version, 'cancelling', count(*), 0 from jobs where cancel_requested_at is not null
  group by definition_key, definition_version) x
group by definition_key, definition_version, kind`;
/** Those of one grain, from one period on. */
function grainSince(grain) {
    return `grain = ${MINUTES[grain]} and period >= :since`;
}
/** The same hours, those of whole days by their sums where these are kept. */
const HOURS_BY_DAY = [
    'grain = 60 and period >= :since and period < :wholeDay * 24',
    'grain = 1440 and period >= :wholeDay and period < :unsummedDay',
    'grain = 60 and period >= :unsummedDay * 24',
];
/**
 * Sums of the periods of one grain, from one period on. The figures are added up before the deltas join them: rows of a union, tens of
 * thousands for a week, take twice as long.
 *
 * @param folded conditions that name each of the figures of these periods once.
 */
function sums(by, grain, kinds, folded, filter = 'true') {
    // Literal: SQLite would divide by a bound number as by a fraction.
    const minutes = MINUTES[grain];
    const listed = listOf(kinds);
    const figures = folded.map((periods) => `select ${by}, sum(jobs) as jobs from job_figures
  where ${periods} and kind in ${listed} and ${filter} group by ${by}
  union all
  `);
    return `select ${by}, sum(jobs) as jobs from (
  ${figures.join('')}select ${by}, jobs from (
    select definition_key, kind, minute / ${minutes} as period, bucket, jobs from (${figuresOf('job_deltas')}) f
    where kind in ${listed} and minute >= :since * ${minutes}) d
  where ${filter}) x group by ${by}`;
}
function finished(grain) {
    return `${sums('period, kind', grain, ['succeeded', 'failed'], [grainSince(grain)])} order by period`;
}
function times(grain, definitionKey) {
    const filter = definitionKey === null ? undefined : 'definition_key = :definitionKey';
    const folded = grain === 'hour' ? HOURS_BY_DAY : [grainSince(grain)];
    return sums('kind, bucket', grain, ['run', 'wait'], folded, filter);
}
/** Goes from one priority to the next along the index of queued jobs. */
const OLDEST_DUE = `with recursive d as (
  select definition_key, definition_version from job_figures where grain = 0 and kind = 'live'
  union select definition_key, definition_version from job_deltas where live <> 0),
p as (
  select d.definition_key, d.definition_version, 1 as step, (select max(priority) from jobs j where lease_token is null
    and j.definition_key = d.definition_key and j.definition_version = d.definition_version) as priority from d
  union all
  select p.definition_key, p.definition_version, p.step + 1, (select max(priority) from jobs j where lease_token is null
    and j.definition_key = p.definition_key and j.definition_version = p.definition_version and j.priority < p.priority)
  from p where p.priority is not null and p.step < 64)
select definition_key, definition_version, min(due) as due from (
  select definition_key, definition_version, (select min(run_at) from jobs j where lease_token is null
    and j.definition_key = p.definition_key and j.definition_version = p.definition_version and j.priority = p.priority) as due
  from p where priority is not null) x
where due <= :now
group by definition_key, definition_version
order by definition_key, definition_version`;
/** Figures of both SQL databases: what is folded, and the deltas that are not yet. */
export class SqlMetricsStore {
    reader;
    fold;
    constructor(reader, fold) {
        this.reader = reader;
        this.fold = fold;
    }
    async definitions() {
        const definitions = new Map();
        for (const row of await this.rows(DEFINITIONS)) {
            const ref = `${String(row['definition_key'])}@${String(row['definition_version'])}`;
            definitions.set(ref, [...(definitions.get(ref) ?? []), row]);
        }
        return [...definitions.values()].flatMap(definitionFigures).sort(byDefinition);
    }
    async finished(grain, count, now) {
        const found = new Map();
        for (const row of await this.rows(finished(grain), since(grain, count, now))) {
            const period = Number(row['period']);
            const figures = found.get(period) ?? {
                startsAt: new Date(period * GRAIN_MS[grain]),
                succeeded: 0,
                failed: 0,
            };
            figures[row['kind']] = Number(row['jobs']);
            found.set(period, figures);
        }
        return [...found.values()];
    }
    async times(grain, count, definitionKey, now) {
        const figures = { run: new Map(), wait: new Map() };
        const rows = await this.rows(times(grain, definitionKey), {
            ...since(grain, count, now),
            ...(grain === 'hour' ? await this.wholeDays(count, now) : {}),
            definitionKey: definitionKey ?? '',
        });
        for (const row of rows)
            figures[row['kind']].set(Number(row['bucket']), Number(row['jobs']));
        return figures;
    }
    /**
     * The first whole day of so many hours, and the first one whose sums are not kept. Asked for apart, since the planner knows nothing of
     * a bound that it has to look up; the hours of a day stay beside their sums, so that it may be old.
     */
    async wholeDays(hours, now) {
        const wholeDay = Math.ceil(since('hour', hours, now).since / 24);
        const [last] = await this.rows(`select ${LAST_SUMMED_DAY} as day`);
        return { wholeDay, unsummedDay: Math.max(wholeDay, Number(last?.['day']) + 1) };
    }
    async oldestDue(now) {
        const rows = await this.rows(OLDEST_DUE, { now });
        return rows.map((row) => ({
            definitionKey: row['definition_key'],
            definitionVersion: Number(row['definition_version']),
            dueAt: this.reader.instant(row['due']),
        }));
    }
    rows(sql, bindings = {}) {
        return this.reader.rows(this.reader.knex.raw(sql, bindings), true);
    }
}
function since(grain, count, now) {
    return { since: periodOf(grain, now) - count + 1 };
}
/** Empty when none of its jobs is kept. */
function definitionFigures(rows) {
    const [first] = rows;
    const of = (kind, column = 'jobs') => Number(rows.find((row) => row['kind'] === kind)?.[column] ?? 0);
    const cancelling = of('cancelling');
    const byStatus = {
        queued: of('live') - of('active'),
        running: of('active') - cancelling,
        succeeded: of('succeeded'),
        failed: of('failed'),
        cancelling,
        cancelled: of('cancelled'),
    };
    if (first === undefined || Object.values(byStatus).every((count) => count === 0))
        return [];
    return [
        {
            definitionKey: first['definition_key'],
            definitionVersion: Number(first['definition_version']),
            byStatus,
            retried: of('retried'),
            runs: { count: of('run'), totalMs: of('run', 'ms') },
            waits: { count: of('wait'), totalMs: of('wait', 'ms') },
        },
    ];
}
//# sourceMappingURL=sql-metrics-store.js.map