import type { ComponentChildren } from 'preact'
import { addressOf } from '../../lib/address.js'
import { shortId } from '../../lib/format.js'
import type { Job } from '../../api/types.js'
import { Span, Time } from '../../ui/time.js'

export function JobFacts({ job }: { readonly job: Job }) {
  const wasDelayed = job.runAt !== job.queuedAt && job.attempts <= 1
  return (
    <section class="panel">
      <h2>Facts</h2>
      <dl class="facts">
        <Fact name="Accepted">
          <Time at={job.queuedAt} />
        </Fact>
        {(wasDelayed || job.status === 'queued') && (
          <Fact name="Due">
            <Time at={job.runAt} />
          </Fact>
        )}
        <Fact name="Started">
          <Time at={job.startedAt} />
        </Fact>
        <Fact name="Ended">
          <Time at={job.finishedAt} />
        </Fact>
        {job.startedAt !== null && job.status !== 'queued' && (
          <Fact name={job.finishedAt === null ? 'Runs for' : 'Ran for'}>
            <Span from={job.startedAt} to={job.finishedAt} />
          </Fact>
        )}
        <Fact name="Attempts">
          {job.attempts} of {job.maxAttempts}
        </Fact>
        <Fact name="Priority">{job.priority}</Fact>
        <Fact name="Worker">{job.workerId ?? '–'}</Fact>
        {job.leaseExpiresAt !== null && (
          <Fact name="Lease ends">
            <Time at={job.leaseExpiresAt} />
          </Fact>
        )}
        {job.idempotencyKey !== null && (
          <Fact name="Idempotency key">
            <span class="mono">{job.idempotencyKey}</span>
          </Fact>
        )}
        {job.retriedFrom !== null && (
          <Fact name="Retry of">
            <a class="mono" href={addressOf(`/jobs/${job.retriedFrom}`)}>
              {shortId(job.retriedFrom)}
            </a>
          </Fact>
        )}
        {job.scheduleId !== null && (
          <Fact name="Schedule">
            <a class="mono" href={addressOf(`/schedules/${job.scheduleId}`)}>
              {shortId(job.scheduleId)}
            </a>
          </Fact>
        )}
        {job.traceparent !== null && (
          <Fact name="Trace">
            <span class="mono">{job.traceparent}</span>
          </Fact>
        )}
      </dl>
    </section>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
