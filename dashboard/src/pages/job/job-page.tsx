import { ApiError } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { shortId } from '../../lib/format.js'
import { idIn } from '../../lib/job-filter.js'
import { thisJob, useReading } from '../../live/use-reading.js'
import type { AttemptList, Job } from '../../api/types.js'
import { Bar } from '../../ui/bar.js'
import { CopyButton } from '../../ui/copy-button.js'
import { JsonView } from '../../ui/json-view.js'
import { PageHead } from '../../ui/page-head.js'
import { Empty, ReadError, Waiting } from '../../ui/states.js'
import { Status } from '../../ui/status.js'
import { AttemptTable } from './attempt-table.js'
import { DeliveriesPanel } from './deliveries-panel.js'
import { ErrorPanel } from './error-panel.js'
import { EventsPanel } from './events-panel.js'
import { ExplainPanel } from './explain-panel.js'
import { JobActions } from './job-actions.js'
import { JobFacts } from './job-facts.js'
import { LogsPanel } from './logs-panel.js'
import { Timeline } from './timeline.js'

export function JobPage({ jobId }: { readonly jobId: string }) {
  const path = `/v1/jobs/${encodeURIComponent(jobId)}`
  const concern = thisJob(jobId)
  const reading = useReading<Job>(path, { concern })
  const attempts = useReading<AttemptList>(reading.data === undefined ? null : `${path}/attempts`, {
    concern,
  })
  const { data: job, error } = reading

  if (job === undefined) {
    const isUnknown = error instanceof ApiError && (error.status === 404 || error.status === 400)
    return (
      <>
        <PageHead title={isUnknown ? 'No such job' : `Job ${shortId(jobId)}`} />
        {isUnknown ? <UnknownJob jobId={jobId} /> : <ReadError error={error} retry={reading.refresh} />}
        {error === undefined && <Waiting lines={10} />}
      </>
    )
  }
  const isActive = job.status === 'running' || job.status === 'cancelling'
  return (
    <>
      <PageHead
        title={`${job.definitionKey} ${shortId(jobId)}`}
        name={
          <span class="job-title">
            {job.definitionKey}
            <span class="quiet">@{job.definitionVersion}</span>
            <span aria-live="polite">
              <Status status={job.status} />
            </span>
          </span>
        }
        note={
          <span class="job-id mono">
            {jobId} <CopyButton text={jobId} label="Copy the id" />
          </span>
        }
      >
        <JobActions job={job} />
      </PageHead>
      <ReadError error={error} retry={reading.refresh} />
      {isActive && job.progress !== null && <JobProgress percent={job.progress} />}
      {job.status === 'queued' && <ExplainPanel jobId={jobId} />}
      <ErrorPanel job={job} attempts={attempts.data?.attempts ?? []} />
      <Timeline job={job} attempts={attempts.data?.attempts ?? []} />
      <div class="job-columns">
        <div class="stack">
          <section class="panel">
            <h2>Params</h2>
            <JsonView value={job.params} name="params" />
          </section>
          {job.status === 'succeeded' && (
            <section class="panel">
              <h2>Result</h2>
              <JsonView value={job.result} name="result" />
            </section>
          )}
          <EventsPanel jobId={jobId} />
          <LogsPanel jobId={jobId} isActive={isActive} />
        </div>
        <div class="stack">
          <JobFacts job={job} />
          <AttemptTable reading={attempts} />
          {job.callback !== null && <DeliveriesPanel jobId={jobId} url={job.callback.url} />}
        </div>
      </div>
    </>
  )
}

function JobProgress({ percent }: { readonly percent: number }) {
  return (
    <div class="job-progress">
      <Bar percent={percent} label="Progress of the job" />
      <strong class="number">{Math.round(percent)} %</strong>
    </div>
  )
}

function UnknownJob({ jobId }: { readonly jobId: string }) {
  return (
    <Empty title="There is no job with this id">
      <p>It may have been removed when its time was over, or the id is not complete.</p>
      <p>
        <a class="button" href={idIn(jobId) === null ? addressOf('/jobs', { q: jobId }) : addressOf('/jobs')}>
          {idIn(jobId) === null ? 'Search for ids that begin so' : 'To all jobs'}
        </a>
      </p>
    </Empty>
  )
}
