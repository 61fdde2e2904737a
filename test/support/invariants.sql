-- What must hold in any database of this server, after anything: each query answers no row.
-- The numbers are those of the invariants in docs/guarantees.md. PostgreSQL and SQLite run the same text.

-- I1: a token is present exactly while a worker holds the job, and is its run
select id, run, lease_token, worker from jobs
where (lease_token is null) <> (worker is null) or lease_token <> run;

-- I1: a job that never ran has no start, and one that ran has
select id, run, started_at from all_jobs
where (run = 0) <> (started_at is null);

-- I3: no job is live and finished at once
select jobs.id from jobs join finished_jobs on finished_jobs.id = jobs.id;

-- I3: the last event of a finished job is named like its status
select f.id, f.status, e.type from finished_jobs f
left join job_events e on e.job_id = f.id and e.seq = (select max(seq) from job_events x where x.job_id = f.id)
where e.type is null or e.type <> f.status;

-- I3: a final event belongs to a finished job, which has but one
select e.job_id, count(*) as finals from job_events e
left join finished_jobs f on f.id = e.job_id
where e.type in ('succeeded', 'failed', 'cancelled')
group by e.job_id, f.id
having f.id is null or count(*) <> 1;

-- I3: moved_to_dlq comes right before failed, and failed right after it
select m.job_id, m.seq from job_events m
left join job_events f on f.job_id = m.job_id and f.seq = m.seq + 1 and f.type = 'failed'
where m.type = 'moved_to_dlq' and f.seq is null
union all
select f.job_id, f.seq from job_events f
left join job_events m on m.job_id = f.job_id and m.seq = f.seq - 1 and m.type = 'moved_to_dlq'
where f.type = 'failed' and m.seq is null;

-- I3: events are numbered from 1 without a gap, the first is queued, and there is no other of it
select job_id, count(*) as events, max(seq) as last from job_events
group by job_id
having count(*) <> max(seq) or min(seq) <> 1 or sum(case when type = 'queued' then 1 else 0 end) <> 1
  or min(case when type = 'queued' then seq end) <> 1;

-- I3: every job has events, every event has a job, and a live job knows its last number
select j.id, j.event_seq, max(e.seq) as last from jobs j
left join job_events e on e.job_id = j.id
group by j.id, j.event_seq
having max(e.seq) is null or max(e.seq) <> j.event_seq;

-- I3: nothing of a log is left without its job
select l.job_id, l.what from (
  select job_id, 'line' as what from job_logs union all select job_id, 'head' from job_log_heads
  union all select job_id, 'run' from job_log_runs) l
where not exists (select 1 from all_jobs j where j.id = l.job_id);

-- I3: no event is left without its job
select e.job_id, e.seq from job_events e
where e.seq = 1 and not exists (select 1 from all_jobs j where j.id = e.job_id);

-- I5: attempts never exceed maxAttempts, and never the runs
select id, attempts, max_attempts, run from all_jobs
where attempts < 0 or attempts > max_attempts or attempts > run;

-- I5: a retry is another job of the same definition, and what was retried has failed or was cancelled
select r.retried_from, r.job_id, f.status from job_retries r
join all_jobs f on f.id = r.retried_from
left join all_jobs j on j.id = r.job_id
where f.status not in ('failed', 'cancelled') or j.definition_key <> f.definition_key or r.job_id = r.retried_from;

-- I5: that a job was retried is known as long as it is kept, and no longer
select r.retried_from, r.job_id from job_retries r
where not exists (select 1 from finished_jobs f where f.id = r.retried_from);

-- I6: every claim wrote one started event, numbered like its run
select j.id, j.run, count(e.seq) as started from all_jobs j
left join job_events e on e.job_id = j.id and e.type = 'started'
group by j.id, j.run
having count(e.seq) <> j.run or count(distinct e.run) <> j.run or (j.run > 0 and max(e.run) <> j.run);

-- I6: every run ended in exactly one way, but for the one that is under way, which has not ended
select s.job_id, s.run, count(e.seq) as ends, j.lease_token from job_events s
left join jobs j on j.id = s.job_id
left join job_events e on e.job_id = s.job_id and e.run = s.run and (
  e.type in ('succeeded', 'failed', 'retry_scheduled', 'cancelled', 'interrupted', 'snoozed')
  or (e.type = 'lease_lost' and not exists (
    select 1 from job_events f where f.job_id = s.job_id and f.run = s.run and f.type in ('failed', 'cancelled'))))
where s.type = 'started'
group by s.job_id, s.run, j.lease_token
having count(e.seq) <> case when j.lease_token = s.run then 0 else 1 end;

-- I6: every run that ended has exactly one record, written or riding in the finished row, and the one under way has none
select s.job_id, s.run, count(a.run) as written, count(f.id) as riding, j.lease_token from job_events s
left join jobs j on j.id = s.job_id
left join job_attempts a on a.job_id = s.job_id and a.run = s.run
left join finished_jobs f on f.id = s.job_id and f.run = s.run and f.status = 'succeeded'
where s.type = 'started'
group by s.job_id, s.run, j.lease_token
having count(a.run) + count(f.id) <> case when j.lease_token = s.run then 0 else 1 end;

-- I6: no record is of a run that never started
select a.job_id, a.run from job_attempts a
where not exists (select 1 from job_events s where s.job_id = a.job_id and s.run = a.run and s.type = 'started');

-- I7: no more jobs of a limited definition run than it allows
select d.key, d.version, d.concurrency_limit, count(*) as active from definitions d
join jobs j on j.definition_key = d.key and j.definition_version = d.version and j.lease_token is not null
where d.concurrency_limit > 0
group by d.key, d.version, d.concurrency_limit
having count(*) > d.concurrency_limit;

-- I8: an active job names a worker whose row is there, so that recovery finds it
select j.id, j.worker from jobs j
where j.worker is not null and not exists (select 1 from workers w where w.incarnation = j.worker);

-- I8: only an active job can be waiting for its cancellation
select id, cancel_requested_at from jobs
where cancel_requested_at is not null and lease_token is null;

-- I9: a tick that made a job names one of its schedule, unless retention has taken it, and no other tick names it
select cast(t.schedule_id as text) as schedule_id, t.slot, t.job_id from schedule_ticks t
left join all_jobs j on j.id = t.job_id
where t.job_id is not null and (j.schedule_id is null and j.id is not null or j.schedule_id <> t.schedule_id)
union all
select max(cast(schedule_id as text)), max(slot), job_id from schedule_ticks
where job_id is not null
group by job_id
having count(*) > 1;

-- I9: no slot is decided beyond what its schedule knows, nor without a schedule
select t.schedule_id, t.slot, s.decided_until, s.last_run_at from schedule_ticks t
left join schedules s on s.id = t.schedule_id
where s.id is null or t.slot > s.decided_until or t.job_id is not null and (s.last_run_at is null or s.last_run_at < t.slot);

-- I10: an idempotency key points to a job of its definition that was posted with it
select k.definition_key, k.key, k.job_id from idempotency_keys k
left join all_jobs j on j.id = k.job_id and j.definition_key = k.definition_key and j.idempotency_key = k.key
where j.id is null;

-- I10: a job that was posted with a key holds it, alone
select j.id, j.idempotency_key, count(k.job_id) as held from all_jobs j
left join idempotency_keys k on k.job_id = j.id
where j.idempotency_key is not null
group by j.id, j.idempotency_key
having count(k.job_id) <> 1;

-- I11: a dead letter exists exactly for jobs that failed
select f.id, f.status, d.id as dead_letter from finished_jobs f
left join dead_letters d on d.job_id = f.id
where (f.status = 'failed') <> (d.id is not null);

-- I11: no dead letter is left without its job
select d.id, d.job_id from dead_letters d
where not exists (select 1 from finished_jobs f where f.id = d.job_id);

-- I22: the figures of jobs that are kept, folded and not, are what counting the rows gives
select definition_key, definition_version, kind, sum(jobs) as off from (
  select definition_key, definition_version, kind, jobs from job_figures where grain = 0
  union all select definition_key, definition_version, 'live', live from job_deltas
  union all select definition_key, definition_version, status, jobs from job_deltas where jobs <> 0
  union all select definition_key, definition_version, 'retried', retried from job_deltas
  union all select definition_key, definition_version, 'run', runs from job_deltas
  union all select definition_key, definition_version, 'wait', waits from job_deltas
  union all select definition_key, definition_version, 'live', -1 from jobs
  union all select definition_key, definition_version, status, -1 from finished_jobs
  union all select definition_key, definition_version, 'retried', -1 from finished_jobs where attempts > 1
  union all select definition_key, definition_version, 'run', -1 from finished_jobs where status <> 'cancelled' and started_at is not null
  union all select definition_key, definition_version, 'wait', -1 from finished_jobs where started_at >= run_at) x
group by definition_key, definition_version, kind
having sum(jobs) <> 0;

-- I23: an end that a job's callback asks for has one delivery, as long as both are kept, and no event has two
select params ->> 'jobId' as job_id, params ->> 'event' as event, count(*) as deliveries from all_jobs d
where definition_key = 'callback.deliver' and params ->> 'messageId' = cast(id as text) and params ->> 'event' <> 'retry_scheduled'
group by params ->> 'jobId', params ->> 'event'
having count(*) > 1
union all
select cast(id as text), status, 0 from finished_jobs f
where callback ->> 'events' like '%"' || status || '"%' and not exists (
  select 1 from all_jobs d where d.definition_key = 'callback.deliver' and d.params ->> 'jobId' = cast(f.id as text)
    and d.params ->> 'event' = f.status);
