import { addressOf } from '../../lib/address.js'
import { cadenceOf } from '../../lib/schedule-form.js'
import type { Schedule } from '../../api/types.js'
import { Time } from '../../ui/time.js'
import { ScheduleActions } from './schedule-actions.js'

export function ScheduleRow({ schedule }: { readonly schedule: Schedule }) {
  const { scheduleId, name, definitionKey, timezone, nextRunAt, lastRunAt } = schedule
  return (
    <tr>
      <td class="cell-name">
        <a data-row href={addressOf(`/schedules/${scheduleId}`)}>
          {name}
        </a>
        <div class="quiet">{definitionKey}</div>
      </td>
      <td class="cell-more">
        <span class={schedule.cron === null ? '' : 'mono'}>{cadenceOf(schedule)}</span>
        {schedule.cron !== null && <div class="quiet">{timezone}</div>}
      </td>
      <td class="cell-when">
        <span class="narrow-only quiet">next </span>
        <Time at={nextRunAt} />
      </td>
      <td class="cell-then">
        <span class="narrow-only quiet">last </span>
        <Time at={lastRunAt} />
      </td>
      <td class="cell-status">
        <ScheduleState enabled={schedule.enabled} />
      </td>
      <td class="cell-last">
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
