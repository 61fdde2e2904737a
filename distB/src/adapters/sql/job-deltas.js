import { KEPT_PERIODS, periodOf, TIME_BOUNDS_MS } from '../../domain/metrics.js';
/** Columns of `job_deltas`, in the order in which everything here writes them. */
export const DELTA_COLUMNS = `definition_key, definition_version, status, minute, live, jobs, retried, runs, run_ms, run_bucket, waits,
  wait_ms, wait_bucket`;
export const postgresElapsed = (from, to) => `round(date_part('epoch', ${to} - ${from}) * 1000)::bigint`;
export const sqliteElapsed = (from, to) => `(${to} - ${from})`;
/** What each finished job adds; the same as `traitsOf` in the domain. */
function traits(from, elapsed) {
    return `select definition_key, definition_version, status, attempts, finished_at,
    case when status <> 'cancelled' then ${elapsed('started_at', 'finished_at')} end as run_ms,
    case when started_at >= run_at then ${elapsed('run_at', 'started_at')} end as wait_ms from ${from}`;
}
/** PostgreSQL: the deltas of jobs that a statement inserts. */
export function insertedDeltas(from) {
    return `insert into job_deltas (${DELTA_COLUMNS})
  select definition_key, definition_version, 'queued', null, count(*), 0, 0, 0, 0, 0, 0, 0, 0
  from ${from} group by definition_key, definition_version`;
}
/**
 * PostgreSQL: the deltas of jobs that a statement has just finished.
 *
 * @param from a relation with columns as in `finished_jobs`: definition_key, definition_version, status, attempts, run_at, started_at,
 *   finished_at.
 */
export function finishedDeltas(from) {
    const bucket = (ms) => `coalesce(width_bucket(${ms}, '{${TIME_BOUNDS_MS.join()}}'::bigint[]), 0)`;
    return `insert into job_deltas (${DELTA_COLUMNS})
  select definition_key, definition_version, status, minute, -count(*), count(*), count(*) filter (where attempts > 1),
    count(run_ms), coalesce(sum(run_ms), 0), run_bucket, count(wait_ms), coalesce(sum(wait_ms), 0), wait_bucket
  from (select t.*, floor(date_part('epoch', finished_at) / 60)::int as minute, ${bucket('run_ms')} as run_bucket,
      ${bucket('wait_ms')} as wait_bucket
    from (${traits(from, postgresElapsed)}) t) t
  group by definition_key, definition_version, status, minute, run_bucket, wait_bucket`;
}
/**
 * What whoever deletes rows of `finished_jobs` has to run in the same transaction, so that the figures of jobs that are kept
 * follow; those of periods stay, for these jobs did finish then. In PostgreSQL it is the end of the statement itself,
 * `with gone as (delete from finished_jobs … returning *) ${forgottenDeltas('gone', postgresElapsed)}`; in SQLite it runs before the
 * delete, from the same selection of rows: `forgottenDeltas('(select * from finished_jobs …)', sqliteElapsed)`.
 */
export function forgottenDeltas(from, elapsed) {
    return `insert into job_deltas (${DELTA_COLUMNS})
  select definition_key, definition_version, status, null, 0, -count(*), -sum(case when attempts > 1 then 1 else 0 end),
    -count(run_ms), -coalesce(sum(run_ms), 0), 0, -count(wait_ms), -coalesce(sum(wait_ms), 0), 0
  from (${traits(from, elapsed)}) t
  group by definition_key, definition_version, status`;
}
/** One row for each figure that a delta changes: definition_key, definition_version, kind, bucket, minute, jobs, ms. */
export function figuresOf(deltas) {
    const figure = (kind, bucket, minute, jobs, ms) => `select definition_key, definition_version, ${kind} as kind, ${bucket} as bucket, ${minute} as minute, ${jobs} as jobs, ${ms} as ms
    from ${deltas} where ${jobs} <> 0`;
    return [
        figure(`'live'`, '0', 'cast(null as integer)', 'live', '0'),
        figure('status', '0', 'minute', 'jobs', '0'),
        figure(`'retried'`, '0', 'minute', 'retried', '0'),
        figure(`'run'`, 'run_bucket', 'minute', 'runs', 'run_ms'),
        figure(`'wait'`, 'wait_bucket', 'minute', 'waits', 'wait_ms'),
    ].join('\n    union all ');
}
/** Kinds of figures that are kept by period, too. */
export const PERIOD_KINDS = ['succeeded', 'failed', 'run', 'wait'];
/** As the right side of `in`. */
export function listOf(kinds) {
    return `(${kinds.map((kind) => `'${kind}'`).join()})`;
}
/** Kinds whose buckets make so many rows that those of a day that is over are kept as sums, too: a week has 168 hours. */
const SUMMED_KINDS = ['run', 'wait'];
function ofSummedKinds(figure, grain, filter) {
    const each = SUMMED_KINDS.map((kind) => `select ${figure}(period) as period from job_figures where grain = ${grain} and kind = '${kind}' and ${filter}`);
    return `select ${figure}(period) as period from (${each.join(' union all ')}) k`;
}
/** The last day, since the epoch, whose sums are kept: those of all days before are, too. */
export const LAST_SUMMED_DAY = `(select coalesce(period, -1) from (${ofSummedKinds('max', 1440, 'true')}) l)`;
/** `day`: the first one with figures whose sums are not kept, `null` when there is none. */
export const NEXT_DAY_TO_SUM = `select period / 24 as day from (${ofSummedKinds('min', 60, `period >= (${LAST_SUMMED_DAY} + 1) * 24`)}) n`;
/** Sums up the hours of one day, from its first to before the first of the next. */
export function sumHours(from, before) {
    return `insert into job_figures (grain, kind, period, definition_key, definition_version, bucket, jobs, ms)
select 1440, kind, period / 24, definition_key, definition_version, bucket, sum(jobs), sum(ms) from job_figures
where grain = 60 and kind in ${listOf(SUMMED_KINDS)} and period >= ${from} and period < ${before}
group by kind, period / 24, definition_key, definition_version, bucket`;
}
/** Adds figures, as `figuresOf` has them, to those that are folded; what comes late to a day whose sums are kept, to these as well. */
export function foldFigures(figures) {
    return `insert into job_figures (grain, kind, period, definition_key, definition_version, bucket, jobs, ms)
select * from (
  select 0 as grain, kind, 0 as period, definition_key, definition_version, 0 as bucket, sum(jobs) as jobs, sum(ms) as ms
  from ${figures} f group by kind, definition_key, definition_version
  union all
  select g.grain, kind, minute / g.grain, definition_key, definition_version, bucket, sum(jobs), sum(ms)
  from ${figures} f cross join (select 1 as grain union all select 60 union all select 1440) g
  where minute is not null and kind in ${listOf(PERIOD_KINDS)}
    and (g.grain < 1440 or kind in ${listOf(SUMMED_KINDS)} and minute / 1440 <= ${LAST_SUMMED_DAY})
  group by g.grain, kind, minute / g.grain, definition_key, definition_version, bucket) x
where true
on conflict (grain, kind, period, definition_key, definition_version, bucket)
do update set jobs = job_figures.jobs + excluded.jobs, ms = job_figures.ms + excluded.ms`;
}
/**
 * The hours to sum up, from one to before another, when the next day to be summed up is `day`; `null` until an hour after its end: by then
 * its hours are folded, also by processes of versions that sum up no days.
 */
export function hoursToSum(day, now) {
    if (typeof day !== 'number')
        return null;
    const before = (day + 1) * 24;
    return periodOf('hour', now) > before ? [day * 24, before] : null;
}
/** The first period of each grain that is kept. */
export function keptSince(now) {
    const hour = periodOf('hour', now) - KEPT_PERIODS.hour;
    return [
        [1, periodOf('minute', now) - KEPT_PERIODS.minute],
        [60, hour],
        [1440, Math.floor(hour / 24)],
    ];
}
/** Forgets the periods of a grain before one. */
export function forgetPeriods(grain, before) {
    return `delete from job_figures where grain = ${grain} and kind in ${listOf(PERIOD_KINDS)} and period < ${before}`;
}
//# sourceMappingURL=job-deltas.js.map