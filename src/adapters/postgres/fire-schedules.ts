import type { Leadership } from '../../application/ports/leader-lock.js'
import type { FireAnswer, Firing } from '../../application/ports/schedule-store.js'
import type { Row } from '../sql/dialect.js'
import { insertRows } from './insert-jobs.js'
import type { Db, Statement } from './postgres-db.js'
import { isDataError } from './postgres-errors.js'
import { fenceOf, LEADS } from './postgres-leader-lock.js'

/**
 * The revision is compared while the row is locked, and every write counts it up: whoever waits here for another writer then finds
 * that nothing is left to do. Ticks travel with their schedule: over two lists a nested loop, the only join here, costs their
 * product (see docs/adr/0009). Answers one row for each schedule that was fired, with the jobs of the ticks that were new.
 */
const FIRE: Statement = {
  name: 'fire_schedules_2',
  text: `with ${LEADS},
x as materialized (
  select * from unnest($4::uuid[], $5::int[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::jsonb[])
    as x(id, revision, decided_until, next_run_at, last_run_at, waiting_slot, ticks)),
s as materialized (
  select x.* from leads cross join x join schedules s on s.id = any(array[x.id]) and s.revision = x.revision
  order by x.id for update of s),
u as (
  update schedules t set decided_until = s.decided_until, next_run_at = s.next_run_at, last_run_at = s.last_run_at,
    waiting_slot = s.waiting_slot, revision = t.revision + 1
  from s where t.id = any(array[s.id])),
t as (
  insert into schedule_ticks (schedule_id, slot, outcome, job_id, reason, delay_ms)
  select s.id, v.* from s cross join lateral jsonb_to_recordset(s.ticks)
    as v(slot timestamptz, outcome text, job_id uuid, reason text, delay_ms bigint)
  on conflict do nothing returning job_id)
select null::uuid as schedule_id, null::uuid as job_id from leads
union all select id, null from s
union all select null, job_id from t where job_id is not null`,
}

/** Fires a batch in one transaction; when one job's values do not fit, each schedule is fired alone and that one is answered `rejected`. */
export async function fireSchedules(
  db: Db,
  leadership: Leadership,
  firings: readonly Firing[],
): Promise<readonly FireAnswer[] | 'superseded'> {
  try {
    return await fireBatch(db, leadership, firings)
  } catch (error) {
    if (!isDataError(error)) throw error
    if (firings.length === 1) return ['rejected']
  }
  const answers: FireAnswer[] = []
  for (const firing of firings) {
    const answer = await fireSchedules(db, leadership, [firing])
    if (answer === 'superseded') return answer
    answers.push(...answer)
  }
  return answers
}

async function fireBatch(
  db: Db,
  leadership: Leadership,
  firings: readonly Firing[],
): Promise<readonly FireAnswer[] | 'superseded'> {
  const values = [...fenceOf(leadership), ...fireValues(firings)]
  const jobs = firings.flatMap((firing) => firing.jobs)
  const rows = await db.transaction(async (run) => {
    const written = await run(FIRE, values)
    const fresh = idsOf(written, 'job_id')
    const mine = jobs.filter(({ id }) => fresh.has(id))
    if (mine.length > 0) await insertRows(run, mine)
    return written
  })
  if (rows.length === 0) return 'superseded'
  const fired = idsOf(rows, 'schedule_id')
  return firings.map(({ scheduleId }) => (fired.has(scheduleId) ? 'fired' : 'changed'))
}

function idsOf(rows: readonly Row[], column: string): ReadonlySet<unknown> {
  return new Set(rows.map((row) => row[column]))
}

function fireValues(firings: readonly Firing[]): readonly unknown[] {
  return [
    firings.map(({ scheduleId }) => scheduleId),
    firings.map(({ revision }) => revision),
    firings.map(({ decidedUntil }) => decidedUntil),
    firings.map(({ nextRunAt }) => nextRunAt),
    firings.map(({ lastRunAt }) => lastRunAt),
    firings.map(({ waitingSlot }) => waitingSlot),
    firings.map(({ ticks }) =>
      JSON.stringify(
        ticks.map(({ slot, outcome, jobId, reason, delayMs }) => {
          return { slot, outcome, job_id: jobId, reason, delay_ms: delayMs }
        }),
      ),
    ),
  ]
}
