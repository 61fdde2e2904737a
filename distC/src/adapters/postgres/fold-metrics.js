import { figuresOf, foldFigures, forgetPeriods, hoursToSum, keptSince, NEXT_DAY_TO_SUM, sumHours, } from '../sql/job-deltas.js';
/** Held to the end of the transaction: of all processes one folds. */
const LOCK = {
    text: `select pg_try_advisory_xact_lock(hashtext('job-server.fold-metrics')) as mine`,
};
const BATCH = 20_000;
const FOLD = {
    text: `with gone as (
  delete from job_deltas where ctid = any(array(select ctid from job_deltas limit ${BATCH})) returning *),
figures as (${figuresOf('gone')}),
folded as (${foldFigures('figures')})
select count(*)::int as deltas from gone`,
};
const NEXT_DAY = { text: NEXT_DAY_TO_SUM };
const SUM_DAY = { text: sumHours('$1', '$2') };
const FORGET = { text: forgetPeriods('$1', '$2') };
/** Adds up deltas in `job_figures`, a bounded number and the hours of one day in each transaction; gives way to whoever is at it already. */
export async function foldMetrics(db, now) {
    for (let folded = BATCH; folded === BATCH;) {
        folded = await db.transaction(async (run) => {
            const [lock] = await run(LOCK, []);
            if (lock?.['mine'] !== true)
                return 0;
            const [answer] = await run(FOLD, []);
            const [next] = await run(NEXT_DAY, []);
            const hours = hoursToSum(next?.['day'], now);
            if (hours !== null)
                await run(SUM_DAY, hours);
            for (const periods of keptSince(now))
                await run(FORGET, periods);
            return Number(answer?.['deltas']);
        });
    }
}
//# sourceMappingURL=fold-metrics.js.map