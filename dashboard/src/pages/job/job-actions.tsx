import { useState } from 'preact/hooks'
import { accessKey } from '../../api/access-key.js'
import { apiUrl, get, post } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { curlOf } from '../../lib/curl.js'
import { againBody } from '../../lib/again.js'
import { refreshAll } from '../../live/readings.js'
import { go } from '../../shell/use-address.js'
import type { BulkResult, Job, JobList } from '../../api/types.js'
import { CopyButton } from '../../ui/copy-button.js'
import { Icon } from '../../ui/icon.js'
import { notify, notifyError } from '../../ui/notices.js'

/** Where the new job of a retry is looked for, among the newest of its definition. */
const NEWEST = 50

export function JobActions({ job }: { readonly job: Job }) {
  const [isBusy, setBusy] = useState(false)
  const { jobId, status } = job
  const doing = (act: () => Promise<void>) => async () => {
    setBusy(true)
    try {
      await act()
    } catch (error) {
      notifyError(error)
    }
    setBusy(false)
    refreshAll()
  }
  const cancel = doing(async () => {
    await post(`/v1/jobs/${jobId}/cancel`)
    notify('good', status === 'queued' ? 'Cancelled' : 'Told to stop')
  })
  const retry = doing(() => retryJob(job))
  const curl = curlOf({
    method: 'POST',
    url: apiUrl('/v1/jobs'),
    body: againBody(job),
    needsKey: accessKey() !== null,
  })
  return (
    <>
      {(status === 'queued' || status === 'running') && (
        <button type="button" class="button" disabled={isBusy} onClick={() => void cancel()}>
          <Icon name="cross" /> Cancel
        </button>
      )}
      {(status === 'failed' || status === 'cancelled') && (
        <button type="button" class="button is-primary" disabled={isBusy} onClick={() => void retry()}>
          <Icon name="redo" /> Retry
        </button>
      )}
      <a class="button" data-key="e" href={addressOf('/run', { again: jobId })}>
        <Icon name="pencil" /> Edit and run again
      </a>
      <CopyButton text={curl} label="Copy a curl command that starts such a job" words="Copy as curl" />
    </>
  )
}

async function retryJob({ jobId, definitionKey }: Job): Promise<void> {
  const { matched } = await post<BulkResult>('/v1/jobs/retry', { filter: { ids: [jobId] } })
  const query = new URLSearchParams({ definitionKey, limit: String(NEWEST) })
  const { jobs } = await get<JobList>(`/v1/jobs?${query.toString()}`)
  const next = jobs.find(({ retriedFrom }) => retriedFrom === jobId)
  if (next !== undefined) go(addressOf(`/jobs/${next.jobId}`))
  notify('good', matched === 0 ? 'It was retried before' : 'A new job was made of it')
}
