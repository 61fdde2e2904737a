import { addressOf } from '../../lib/address.js'
import { useReading } from '../../live/use-reading.js'
import type { JobList } from '../../api/types.js'
import { ReadError } from '../../ui/states.js'
import { Time } from '../../ui/time.js'

const COUNT = 8

export function LatestFailures() {
  const { data, error, refresh } = useReading<JobList>(`/v1/jobs?status=failed&limit=${COUNT}`)
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>Latest failures</h2>
        <a href={addressOf('/jobs', { status: 'failed' })}>All</a>
      </div>
      <ReadError error={error} retry={refresh} />
      {data?.jobs.length === 0 && <p class="panel-empty">Nothing that is kept has failed.</p>}
      <ul class="failures">
        {data?.jobs.map((job) => (
          <li key={job.jobId}>
            <a href={addressOf(`/jobs/${job.jobId}`)}>{job.definitionKey}</a>
            <span class="failure-text" dir="auto" title={job.errorSummary ?? ''}>
              {job.errorSummary?.split('\n', 1)[0]}
            </span>
            <Time at={job.finishedAt} />
          </li>
        ))}
      </ul>
    </section>
  )
}
