import { addressOf } from '../../lib/address.js'
import { formatSlot, formatSpan, shortId } from '../../lib/format.js'
import { thisSchedule, useReading } from '../../live/use-reading.js'
import type { Schedule, Tick } from '../../api/types.js'
import { ReadError } from '../../ui/states.js'

const NEWEST = 50
const TONES: Readonly<Record<Tick['outcome'], string>> = {
  fired: 'succeeded',
  caught_up: 'running',
  skipped: 'queued',
  missed: 'failed',
  paused: 'cancelling',
}

/** What became of the slots of a schedule, the newest first. */
export function TicksPanel({
  schedule: { scheduleId, timezone },
}: {
  readonly schedule: Pick<Schedule, 'scheduleId' | 'timezone'>
}) {
  const { data, error, refresh } = useReading<{ readonly ticks: readonly Tick[] }>(
    `/v1/schedules/${scheduleId}/ticks?limit=${NEWEST}`,
    { concern: thisSchedule(scheduleId) },
  )
  const ticks = data?.ticks ?? []
  return (
    <section class="panel ticks">
      <div class="panel-head">
        <h2>Slots</h2>
        {ticks.length > 0 && <span class="quiet">in {timezone}</span>}
      </div>
      <ReadError error={error} retry={refresh} />
      {data?.ticks.length === 0 && <p class="panel-empty">No slot has come yet.</p>}
      {ticks.length > 0 && (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Slots">
          <table class="is-stacking">
            <thead>
              <tr>
                <th>Slot</th>
                <th>What became of it</th>
                <th>Job</th>
                <th class="is-number">Late by</th>
                <th>Why</th>
              </tr>
            </thead>
            <tbody>
              {ticks.map((tick) => (
                <tr key={tick.slot}>
                  <td class="number cell-name">{formatSlot(new Date(tick.slot), timezone)}</td>
                  <td class="cell-status">
                    <span class={`status is-${TONES[tick.outcome]}`}>
                      <span class="dot" aria-hidden="true" />
                      {tick.outcome.replace('_', ' ')}
                    </span>
                  </td>
                  <td class="mono cell-more">
                    {tick.jobId !== null && (
                      <a href={addressOf(`/jobs/${tick.jobId}`)}>{shortId(tick.jobId)}</a>
                    )}
                  </td>
                  <td class="is-number cell-when">{formatSpan(tick.delayMs)}</td>
                  <td class="quiet cell-last">{tick.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
