import { addressOf } from '../../lib/address.js'
import { cadenceOf } from '../../lib/schedule-form.js'
import type { Schedule } from '../../api/types.js'
import { Time } from '../../ui/time.js'
import { ScheduleActions } from './schedule-actions.js'

export function ScheduleRow({ schedule }: { readonly schedule: Schedule }) {
  const { scheduleId, name, definitionKey, timezone, nextRunAt, lastRunAt } = schedule
  return (
    <tr>
      <td>
        <a data-row href={addressOf(`/schedules/${scheduleId}`)}>
          {name}
        </a>
      </td>
      <td>{definitionKey}</td>
      <td>
        <span class={schedule.cron === null ? '' : 'mono'}>{cadenceOf(schedule)}</span>{' '}
        {schedule.cron !== null && <span class="quiet">{timezone}</span>}
      </td>
      <td>
        <Time at={nextRunAt} />
      </td>
      <td>
        <Time at={lastRunAt} />
      </td>
      <td>
        <ScheduleState enabled={schedule.enabled} />
      </td>
      <td>
        <span class="row is-end is-whole">
          <ScheduleActions schedule={schedule} />
        </span>
      </td>
    </tr>
  )
}

export function ScheduleState({ enabled }: { readonly enabled: boolean }) {
  return (
    <span class={`status ${enabled ? 'is-succeeded' : 'is-cancelling'}`}>
      <span class="dot" aria-hidden="true" />
      {enabled ? 'on' : 'paused'}
    </span>
  )
}
