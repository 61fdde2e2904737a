import type { AppendAnswer, HandlerEvent } from '../../application/ports/job-store.js'
import { StorageUnavailableError } from '../../domain/errors.js'
import { MAX_HANDLER_EVENTS } from '../../domain/job-event.js'
import type { Lease } from '../../domain/lease.js'
import type { Row } from '../sql/dialect.js'
import type { Db, Statement } from './postgres-db.js'

/**
 * The update locks each job's row, so that numbers, fencing and finality of its events come from one lock. `handler_events`
 * counts what handlers asked for; the first one beyond the limit becomes `events_dropped`, the rest take no number. Events are
 * written where it stands as it is expected to: those that were written before, with nobody left to hear of it, are not written again.
 *
 * Its join is written so that no statistics can turn it (see docs/adr/0009); events travel with their job, as in a settle.
 */
const APPEND: Statement = {
  name: 'append_events_3',
  text: `with x as materialized (
  select * from unnest($2::uuid[], $3::int[], $4::text[], $5::jsonb[], $6::float8[], $7::uuid[], $8::int[]) with ordinality
    as x(id, token, type, payload, progress, holder, expected, place)),
g as materialized (
  select id, token, holder, min(expected) as expected, count(*)::int as n, (array_agg(progress order by place desc) filter (where progress is not null))[1] as progress,
    array_agg(place order by place) as places, array_agg(type order by place) as types, array_agg(payload order by place) as payloads
  from x group by id, token, holder order by id),
u as (
  update jobs j set handler_events = j.handler_events + g.n, progress = coalesce(g.progress, j.progress),
    event_seq = j.event_seq + greatest(0, least(g.n, ${MAX_HANDLER_EVENTS} + 1 - j.handler_events))
  from g where j.id = any(array[g.id]) and j.lease_token = g.token and j.worker is not distinct from g.holder
    and j.handler_events = g.expected
  returning j.id, j.run as token, j.handler_events - g.n as before,
    j.event_seq - greatest(0, least(g.n, ${MAX_HANDLER_EVENTS} + 1 - (j.handler_events - g.n))) as event_seq, g.places, g.types, g.payloads),
w as materialized (
  select u.id, u.token, u.before, u.event_seq, v.*
  from u cross join lateral unnest(u.places, u.types, u.payloads) with ordinality as v(place, type, payload, nth)),
e as (
  insert into job_events (job_id, seq, type, at, run, payload)
  select id, event_seq + nth, case when before + nth > ${MAX_HANDLER_EVENTS} then 'events_dropped' else type end, $1, token,
    case when before + nth > ${MAX_HANDLER_EVENTS} then '{}'::jsonb else payload end
  from w where before + nth <= ${MAX_HANDLER_EVENTS} + 1)
select place::int as place, before + nth > ${MAX_HANDLER_EVENTS} as dropped,
  (before + count(*) over (partition by id, token))::int as counted from w`,
}

const COUNTED: Statement = {
  name: 'handler_events_1',
  text: 'select id, lease_token, worker, handler_events from jobs where id = any($1::uuid[])',
}

/** Writes what handlers say, each event once: also when an answer was lost and the same event is brought again. */
export class EventAppender {
  /** How many events the job of each run has by now, as far as is known here. */
  private readonly counted = new WeakMap<Lease, number>()
  /** Sent, and not answered. */
  private readonly unanswered = new WeakSet<HandlerEvent>()

  private last: Promise<unknown> = Promise.resolve()

  constructor(private readonly db: Db) {}

  /** One call after the other, so that each knows what those before it have written. */
  append(events: readonly HandlerEvent[], now: Date): Promise<readonly AppendAnswer[]> {
    const answers = this.last.then(() => this.appendInTurn(events, now))
    this.last = answers.catch(() => undefined)
    return answers
  }

  private async appendInTurn(events: readonly HandlerEvent[], now: Date): Promise<readonly AppendAnswer[]> {
    // Before its first claim nothing can have written events of handlers.
    const unknown = events.filter(({ lease }) => lease.run > 1 && !this.counted.has(lease))
    if (unknown.length > 0) await this.count(unknown)
    const answers = new Map<HandlerEvent, AppendAnswer>()
    for (let open = events; open.length > 0;) {
      await this.write(open, now, answers)
      const left = open.filter((event) => !answers.has(event))
      if (left.length > 0) await this.look(left, answers)
      open = left.filter((event) => !answers.has(event))
    }
    return events.map((event) => answers.get(event) ?? 'lease_lost')
  }

  private async write(
    events: readonly HandlerEvent[],
    now: Date,
    answers: Map<HandlerEvent, AppendAnswer>,
  ): Promise<void> {
    const rows = await this.db
      .query(APPEND, [
        now,
        events.map(({ lease }) => lease.jobId),
        events.map(({ lease }) => lease.run),
        events.map(({ type }) => type),
        events.map(({ payload }) => JSON.stringify(payload)),
        events.map(({ progress }) => progress ?? null),
        events.map(({ lease }) => lease.incarnation),
        events.map(({ lease }) => this.counted.get(lease) ?? 0),
      ])
      .catch((error: unknown) => {
        const isAnswer = !(error instanceof StorageUnavailableError)
        for (const event of events) this.unanswered[isAnswer ? 'delete' : 'add'](event)
        throw error
      })
    for (const { place, dropped, counted } of rows) {
      const event = events[Number(place) - 1] as HandlerEvent
      answers.set(event, dropped === true ? 'dropped' : 'applied')
      this.counted.set(event.lease, Number(counted))
    }
  }

  /** Of events that were not written: either their lease is lost, or they were written before, or others were of which nothing is known here. */
  private async look(
    events: readonly HandlerEvent[],
    answers: Map<HandlerEvent, AppendAnswer>,
  ): Promise<void> {
    const rows = await this.count(events)
    for (const event of events) {
      if (!holds(rows.get(event.lease.jobId), event.lease)) answers.set(event, 'lease_lost')
      else if (this.unanswered.has(event)) answers.set(event, 'applied')
    }
  }

  private async count(events: readonly HandlerEvent[]): Promise<ReadonlyMap<unknown, Row>> {
    const ids = [...new Set(events.map(({ lease }) => lease.jobId))]
    const rows = new Map((await this.db.query(COUNTED, [ids])).map((row) => [row['id'], row]))
    for (const { lease } of events) {
      const row = rows.get(lease.jobId)
      if (holds(row, lease)) this.counted.set(lease, Number(row?.['handler_events']))
    }
    return rows
  }
}

function holds(row: Row | undefined, { run, incarnation }: Lease): boolean {
  return row !== undefined && Number(row['lease_token']) === run && row['worker'] === incarnation
}
