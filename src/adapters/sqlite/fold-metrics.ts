import { KEPT_PERIODS, periodOf } from '../../domain/metrics.js'
import { figuresOf, foldFigures, forgetPeriods } from '../sql/job-deltas.js'
import type { SqliteConnection } from './sqlite-connection.js'

const BATCH = 500

/** The oldest deltas: a longer transaction would hold up the event loop. */
const OLDEST = `select rowid from job_deltas order by rowid limit ${BATCH}`
const FOLD = foldFigures(`(${figuresOf(`(select * from job_deltas where rowid in (${OLDEST}))`)})`)
const DELETE = `delete from job_deltas where rowid in (${OLDEST})`
const FORGET = forgetPeriods('?', '?')

/** Adds up deltas in `job_figures`, a bounded number in each transaction. */
export async function foldMetrics(db: SqliteConnection, now: Date): Promise<void> {
  const fold = (): number => {
    db.run(FOLD)
    return db.run(DELETE)
  }
  while ((await db.write(fold)) === BATCH);
  await db.write(() => {
    db.run(FORGET, 1, periodOf('minute', now) - KEPT_PERIODS.minute)
    db.run(FORGET, 60, periodOf('hour', now) - KEPT_PERIODS.hour)
  })
}
