import { serverNow } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { shortId } from '../../lib/format.js'
import type { JobSummary } from '../../api/types.js'
import { Bar } from '../../ui/bar.js'
import { Status } from '../../ui/status.js'
import { Span, Time } from '../../ui/time.js'
import { useFirstRows } from '../../ui/use-first-rows.js'

interface Selection {
  readonly selected: ReadonlySet<string>
  readonly onSelect: (ids: ReadonlySet<string>) => void
}

export function JobTable({ jobs, selected, onSelect }: { readonly jobs: readonly JobSummary[] } & Selection) {
  const shown = useFirstRows(jobs)
  const all = jobs.every(({ jobId }) => selected.has(jobId))
  return (
    <table class="jobs">
      <thead>
        <tr>
          <th class="is-box">
            <input
              type="checkbox"
              aria-label="Select all on this page"
              checked={all}
              indeterminate={!all && selected.size > 0}
              onChange={() => onSelect(new Set(all ? [] : jobs.map(({ jobId }) => jobId)))}
            />
          </th>
          <th>Status</th>
          <th>Definition</th>
          <th>Job</th>
          <th>Accepted</th>
          <th class="is-number">Ran for</th>
          <th class="is-number">Attempts</th>
          <th>Worker</th>
          <th class="is-last">Progress or error</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((job) => (
          <JobRow key={job.jobId} job={job} selected={selected} onSelect={onSelect} />
        ))}
      </tbody>
    </table>
  )
}

function JobRow({ job, selected, onSelect }: { readonly job: JobSummary } & Selection) {
  const { jobId } = job
  const toggle = () => {
    const next = new Set(selected)
    if (!next.delete(jobId)) next.add(jobId)
    onSelect(next)
  }
  return (
    <tr data-row-box class={selected.has(jobId) ? 'is-selected' : ''}>
      <td class="is-box">
        <input
          type="checkbox"
          aria-label={`Select ${job.definitionKey} ${shortId(jobId)}`}
          checked={selected.has(jobId)}
          onChange={toggle}
        />
      </td>
      <td class="cell-status">
        <Status status={job.status} />
      </td>
      <td class="cell-name">
        <a data-row href={addressOf(`/jobs/${jobId}`)}>
          {job.definitionKey}
        </a>
      </td>
      <td class="cell-id mono quiet" title={jobId}>
        {shortId(jobId)}
      </td>
      <td class="cell-when">
        <Time at={job.queuedAt} />
      </td>
      <td class="is-number cell-ran">
        {job.startedAt !== null && (job.finishedAt !== null || isActive(job)) && (
          <Span from={job.startedAt} to={job.finishedAt} />
        )}
      </td>
      <td class="is-number cell-attempts">
        {job.attempts} <span class="quiet">/ {job.maxAttempts}</span>
      </td>
      <td class="cell-worker" title={job.workerId ?? ''}>
        {job.workerId ?? ''}
      </td>
      <td class="is-last cell-last">
        <LastCell job={job} />
      </td>
    </tr>
  )
}

function isActive({ status }: JobSummary): boolean {
  return status === 'running' || status === 'cancelling'
}

function LastCell({ job }: { readonly job: JobSummary }) {
  if (isActive(job) && job.progress !== null) return <Bar percent={job.progress} label="Progress" />
  if (job.status === 'queued' && Date.parse(job.runAt) > serverNow())
    return (
      <span class="quiet">
        {job.attempts === 0 ? 'due' : 'tries again'} <Time at={job.runAt} />
      </span>
    )
  if (job.errorSummary === null || job.status === 'succeeded') return null
  return (
    <span class="error-line" dir="auto" title={job.errorSummary}>
      {job.errorSummary.split('\n', 1)[0]}
    </span>
  )
}
