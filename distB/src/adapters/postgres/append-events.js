import { MAX_HANDLER_EVENTS } from '../../domain/job-event.js';
/**
 * The update locks each job's row, so that numbers, fencing and finality of its events come from one lock. `handler_events`
 * counts what handlers asked for; the first one beyond the limit becomes `events_dropped`, the rest take no number.
 *
 * Its join is written so that no statistics can turn it (see docs/adr/0009); events travel with their job, as in a settle.
 */
const APPEND = {
    name: 'append_events_2',
    text: `with x as materialized (
  select * from unnest($2::uuid[], $3::int[], $4::text[], $5::jsonb[], $6::float8[], $7::uuid[]) with ordinality
    as x(id, token, type, payload, progress, holder, place)),
g as materialized (
  select id, token, holder, count(*)::int as n, (array_agg(progress order by place desc) filter (where progress is not null))[1] as progress,
    array_agg(place order by place) as places, array_agg(type order by place) as types, array_agg(payload order by place) as payloads
  from x group by id, token, holder order by id),
u as (
  update jobs j set handler_events = j.handler_events + g.n, progress = coalesce(g.progress, j.progress),
    event_seq = j.event_seq + greatest(0, least(g.n, ${MAX_HANDLER_EVENTS} + 1 - j.handler_events))
  from g where j.id = any(array[g.id]) and j.lease_token = g.token and j.worker is not distinct from g.holder
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
select place::int as place, before + nth > ${MAX_HANDLER_EVENTS} as dropped from w`,
};
export async function appendEvents(db, events, now) {
    if (events.length === 0)
        return [];
    const rows = await db.query(APPEND, [
        now,
        events.map(({ lease }) => lease.jobId),
        events.map(({ lease }) => lease.run),
        events.map(({ type }) => type),
        events.map(({ payload }) => JSON.stringify(payload)),
        events.map(({ progress }) => progress ?? null),
        events.map(({ lease }) => lease.incarnation),
    ]);
    const answers = new Array(events.length).fill('lease_lost');
    for (const { place, dropped } of rows)
        answers[Number(place) - 1] = dropped === true ? 'dropped' : 'applied';
    return answers;
}
//# sourceMappingURL=append-events.js.map