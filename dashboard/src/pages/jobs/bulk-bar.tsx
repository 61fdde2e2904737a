import { useEffect, useRef, useState } from 'preact/hooks'
import { formatTotal, plural } from '../../lib/format.js'
import { CANCELLABLE, narrowed, RETRYABLE, type JobFilter } from '../../lib/job-filter.js'
import type { JobStatus, JobSummary } from '../../api/types.js'
import { Icon } from '../../ui/icon.js'
import type { BulkTarget } from '../../ui/bulk-dialog.js'
import { jobTarget } from './job-target.js'

interface Props {
  readonly filter: JobFilter
  readonly jobs: readonly JobSummary[]
  readonly total: number
  readonly totalIsCapped: boolean
  readonly selected: ReadonlySet<string>
  readonly onSelect: (ids: ReadonlySet<string>) => void
  readonly onBegin: (target: BulkTarget) => void
}

/** What can be done with the jobs that are selected, or with all that match: for what somebody wants, there is a count first. */
export function BulkBar({ filter, jobs, total, totalIsCapped, selected, onSelect, onBegin }: Props) {
  const [everything, setEverything] = useState(false)
  // Whoever selects otherwise means these jobs again, not all.
  useEffect(() => setEverything(false), [selected])
  const wholePage = jobs.every(({ jobId }) => selected.has(jobId))

  // A selected job may be pushed off the page by newer ones.
  const statuses = useRef(new Map<string, JobStatus>()).current
  for (const { jobId, status } of jobs) if (selected.has(jobId)) statuses.set(jobId, status)

  const begin = (verb: 'cancel' | 'retry', to: readonly JobStatus[]) => {
    const among = everything ? narrowed(filter, to) : [...selected]
    if (among !== null) onBegin(jobTarget(verb, among))
  }
  const can = (to: readonly JobStatus[]) =>
    everything
      ? narrowed(filter, to) !== null
      : [...selected].some((jobId) => to.some((status) => status === statuses.get(jobId)))

  return (
    <>
      {selected.size > 0 && (
        <div class="bulk" role="group" aria-label="Actions for the selected jobs">
          <strong>
            {everything
              ? `All ${formatTotal(total, totalIsCapped)} that match`
              : plural(selected.size, 'job')}
          </strong>
          {wholePage && !everything && total > jobs.length && (
            <button type="button" class="link" onClick={() => setEverything(true)}>
              Select all {formatTotal(total, totalIsCapped)} that match
            </button>
          )}
          <span class="row">
            <button
              type="button"
              class="button is-small"
              disabled={!can(CANCELLABLE)}
              onClick={() => begin('cancel', CANCELLABLE)}
            >
              <Icon name="cross" /> Cancel …
            </button>
            <button
              type="button"
              class="button is-small"
              disabled={!can(RETRYABLE)}
              onClick={() => begin('retry', RETRYABLE)}
            >
              <Icon name="redo" /> Retry …
            </button>
            <button type="button" class="button is-small is-bare" onClick={() => onSelect(new Set())}>
              Clear
            </button>
          </span>
        </div>
      )}
    </>
  )
}
