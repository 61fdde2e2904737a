import { post } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { refreshAll } from '../../live/readings.js'
import type { Schedule } from '../../api/types.js'
import { Icon } from '../../ui/icon.js'
import { notify } from '../../ui/notices.js'
import { useDeed } from '../../ui/use-deed.js'

export function ScheduleActions({ schedule }: { readonly schedule: Schedule }) {
  const { scheduleId, name, enabled } = schedule
  const [isBusy, begin] = useDeed()
  const ask = async (verb: 'pause' | 'resume' | 'run') => {
    const answer = await post<{ readonly jobId?: string } | undefined>(`/v1/schedules/${scheduleId}/${verb}`)
    const told =
      verb === 'run' ? <Started jobId={answer?.jobId} /> : `${name} is ${verb === 'pause' ? 'paused' : 'on'}`
    notify('good', told)
  }
  const act = (verb: 'pause' | 'resume' | 'run') => begin(() => ask(verb).finally(refreshAll))
  return (
    <>
      <button type="button" class="button is-small" aria-disabled={isBusy} onClick={() => act('run')}>
        <Icon name="play" /> Run now<span class="unseen"> {name}</span>
      </button>
      <button
        type="button"
        class="button is-small"
        aria-disabled={isBusy}
        onClick={() => act(enabled ? 'pause' : 'resume')}
      >
        <Icon name={enabled ? 'pause' : 'play'} /> {enabled ? 'Pause' : 'Resume'}
        <span class="unseen"> {name}</span>
      </button>
    </>
  )
}

function Started({ jobId }: { readonly jobId: string | undefined }) {
  return jobId === undefined ? (
    <>A job was started</>
  ) : (
    <a href={addressOf(`/jobs/${jobId}`)}>A job was started</a>
  )
}
