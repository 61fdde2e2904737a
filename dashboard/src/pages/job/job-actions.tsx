import { accessKey } from '../../api/access-key.js'
import { apiUrl, get, post } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { curlOf } from '../../lib/curl.js'
import { againBody } from '../../lib/again.js'
import { PIECE } from '../../lib/in-pieces.js'
import { listPath } from '../../lib/job-filter.js'
import { refreshAll } from '../../live/readings.js'
import { go } from '../../shell/use-address.js'
import type { BulkResult, Job, JobList } from '../../api/types.js'
import { CopyButton } from '../../ui/copy-button.js'
import { Icon } from '../../ui/icon.js'
import { notify } from '../../ui/notices.js'
import { useDeed } from '../../ui/use-deed.js'

/** So many pages are looked through for the retry of a job. */
const MOST_PAGES = 10

export function JobActions({ job }: { readonly job: Job }) {
  const [isBusy, begin] = useDeed()
  const { jobId, status } = job
  const doing = (act: () => Promise<void>) => () => begin(() => act().finally(refreshAll))
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
        <button type="button" class="button" aria-disabled={isBusy} onClick={cancel}>
          <Icon name="cross" /> Cancel
        </button>
      )}
      {(status === 'failed' || status === 'cancelled') && (
        <button type="button" class="button is-primary" aria-disabled={isBusy} onClick={retry}>
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

async function retryJob(job: Job): Promise<void> {
  const { matched } = await post<BulkResult>('/v1/jobs/retry', { filter: { ids: [job.jobId] } })
  const retryId = await retryOf(job)
  if (retryId !== null) go(addressOf(`/jobs/${retryId}`))
  if (matched > 0) notify('good', 'A new job was made of it')
  else
    notify('good', `It was retried before${retryId === null ? '; that job was not found' : ': this is it'}`)
}

/** The job that was made of this one, among those of its definition that were accepted since it ended, the newest first. */
async function retryOf({ jobId, definitionKey, finishedAt }: Job): Promise<string | null> {
  const wire = { definitionKey, ...(finishedAt === null ? {} : { createdAfter: finishedAt }) }
  let cursor: string | null = ''
  for (let page = 0; page < MOST_PAGES && cursor !== null; page += 1) {
    const list: JobList = await get(listPath(wire, PIECE, cursor))
    const retry = list.jobs.find(({ retriedFrom }) => retriedFrom === jobId)
    if (retry !== undefined) return retry.jobId
    cursor = list.nextCursor
  }
  return null
}
