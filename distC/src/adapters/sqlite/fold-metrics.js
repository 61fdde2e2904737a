import { figuresOf, foldFigures, forgetPeriods, hoursToSum, keptSince, NEXT_DAY_TO_SUM, sumHours, } from '../sql/job-deltas.js';
const BATCH = 500;
/** The oldest deltas: a longer transaction would hold up the event loop. */
const OLDEST = `select rowid from job_deltas order by rowid limit ${BATCH}`;
const FOLD = foldFigures(`(${figuresOf(`(select * from job_deltas where rowid in (${OLDEST}))`)})`);
const DELETE = `delete from job_deltas where rowid in (${OLDEST})`;
const SUM_DAY = sumHours('?', '?');
const FORGET = forgetPeriods('?', '?');
/** Adds up deltas in `job_figures`, a bounded number in each transaction, and the hours of one day. */
export async function foldMetrics(db, now) {
    const fold = () => {
        db.run(FOLD);
        return db.run(DELETE);
    };
    while ((await db.write(fold)) === BATCH)
        ;
    await db.write(() => {
        const hours = hoursToSum(db.get(NEXT_DAY_TO_SUM)?.['day'], now);
        if (hours !== null)
            db.run(SUM_DAY, ...hours);
        for (const periods of keptSince(now))
            db.run(FORGET, ...periods);
    });
}
//# sourceMappingURL=fold-metrics.js.map