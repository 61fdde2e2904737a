import { KEPT_PERIODS, periodOf } from '../../domain/metrics.js'
import { figuresOf, foldFigures, forgetPeriods } from '../sql/job-deltas.js'
import type { Db, Statement } from './postgres-db.js'

/** Held to the end of the transaction: of all processes one folds. */
const LOCK: Statement = {
  text: `select pg_try_advisory_xact_lock(hashtext('job-server.fold-metrics')) as mine`,
}

const BATCH = 20_000

const FOLD: Statement = {
  text: `with gone as (
  delete from job_deltas where ctid = any(array(select ctid from job_deltas limit ${BATCH})) returning *),
figures as (${figuresOf('gone')}),
folded as (${foldFigures('figures')})
select count(*)::int as deltas from gone`,
}

const FORGET: Statement = { text: forgetPeriods('$1', '$2') }

/** Adds up deltas in `job_figures`, a bounded number in each transaction; gives way to whoever is at it already. */
export async function foldMetrics(db: Db, now: Date): Promise<void> {
  for (let folded = BATCH; folded === BATCH;) {
    folded = await db.transaction(async (run) => {
      const [lock] = await run(LOCK, [])
      if (lock?.['mine'] !== true) return 0
      const [answer] = await run(FOLD, [])
      await run(FORGET, [1, periodOf('minute', now) - KEPT_PERIODS.minute])
      await run(FORGET, [60, periodOf('hour', now) - KEPT_PERIODS.hour])
      return Number(answer?.['deltas'])
    })
  }
}
