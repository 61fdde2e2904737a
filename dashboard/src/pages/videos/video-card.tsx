import { useEffect, useRef, useState } from 'preact/hooks'
import { accessKey } from '../../api/access-key.js'
import { apiUrl, send } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { videoFacts } from '../../lib/video-facts.js'
import { never, thisJob, useReading } from '../../live/use-reading.js'
import type { Job, JobSummary } from '../../api/types.js'
import { Bar } from '../../ui/bar.js'
import { Icon } from '../../ui/icon.js'
import { notifyError } from '../../ui/notices.js'
import { Status } from '../../ui/status.js'
import { Time } from '../../ui/time.js'
import { useDeed } from '../../ui/use-deed.js'

/** A video and its encode. */
export function VideoCard({ job }: { readonly job: JobSummary }) {
  const { jobId, status, progress } = job
  const isOver = job.finishedAt !== null
  // A job that is over has another address here, so that it is read once more and then no longer.
  const { data } = useReading<Job>(`/v1/jobs/${jobId}${isOver ? '?wait=0' : ''}`, {
    concern: isOver ? never : thisJob(jobId),
    keepPrevious: true,
  })
  const { name, line } = videoFacts(data?.params ?? {}, data?.result)
  return (
    <section class="panel">
      <div class="panel-head">
        <h2 class="break">
          <a data-row href={addressOf(`/jobs/${jobId}`)}>
            {name ?? 'Video'}
          </a>
        </h2>
        <Status status={status} />
      </div>
      <p class="quiet">
        {line} · <Time at={job.queuedAt} />
      </p>
      {(status === 'running' || status === 'cancelling') && (
        <div class="slots">
          <Bar percent={progress} label={`Encoding ${name ?? jobId}`} />
          <span class="number">{progress === null ? 'begins' : `${Math.round(progress)} %`}</span>
        </div>
      )}
      {job.errorSummary !== null && !isDone(job) && (
        <p class="flaw break">{job.errorSummary.split('\n', 1)[0]}</p>
      )}
      {isDone(job) && <Result jobId={jobId} name={name ?? 'video'} filename={filenameOf(data?.result)} />}
    </section>
  )
}

function isDone({ status }: JobSummary): boolean {
  return status === 'succeeded'
}

/** The name that the encoded file has on the server, which tells its format. */
function filenameOf(result: unknown): string | null {
  const { outputFilename } = (result ?? {}) as { readonly outputFilename?: unknown }
  return typeof outputFilename === 'string' ? outputFilename : null
}

interface ResultProps {
  readonly jobId: string
  readonly name: string
  readonly filename: string | null
}

/** Plays and downloads what came out. Behind a key the file is fetched whole, since a player cannot send one. */
function Result({ jobId, name, filename }: ResultProps) {
  const [source, setSource] = useState<string | null>(null)
  const [isBusy, begin] = useDeed()
  const path = `/v1/videos/${jobId}/download`
  const direct = accessKey() === null ? apiUrl(path) : null

  const held = useRef<string | null>(null)
  // Until it is let go the browser keeps the whole file.
  useEffect(() => () => URL.revokeObjectURL(held.current ?? ''), [])

  const fetched = (use: (url: string) => void) =>
    begin(async () => {
      held.current ??= URL.createObjectURL(await (await send(path)).blob())
      use(held.current)
    })
  // No browser plays an AVI.
  const isPlayable = filename !== null && !filename.endsWith('.avi')
  const failed = () => {
    setSource(null)
    notifyError(new Error(`${name} cannot be played here; it can be downloaded`))
  }
  const play = () => (direct === null ? fetched(setSource) : setSource(direct))
  const save = () =>
    fetched((url) => {
      const link = Object.assign(document.createElement('a'), { href: url, download: filename ?? name })
      link.click()
    })
  return (
    <>
      {source !== null && (
        <video
          class="player"
          src={source}
          controls
          autoPlay
          onError={failed}
          aria-label={`Result of ${name}`}
        />
      )}
      <div class="row card-foot">
        {isPlayable && source === null && (
          <button type="button" class="button is-small" aria-disabled={isBusy} onClick={play}>
            <Icon name="play" /> Play
          </button>
        )}
        {direct === null ? (
          <button type="button" class="button is-small" aria-disabled={isBusy} onClick={save}>
            <Icon name="download" /> Download
          </button>
        ) : (
          <a class="button is-small" href={direct} download>
            <Icon name="download" /> Download
          </a>
        )}
      </div>
    </>
  )
}
