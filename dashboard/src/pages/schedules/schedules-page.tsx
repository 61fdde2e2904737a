import { ApiError } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { plural } from '../../lib/format.js'
import { anySchedule, useReading } from '../../live/use-reading.js'
import type { ScheduleList } from '../../api/types.js'
import { Icon } from '../../ui/icon.js'
import { PageHead } from '../../ui/page-head.js'
import { Empty, ReadError, Waiting } from '../../ui/states.js'
import { ScheduleRow } from './schedule-row.js'

const MOST = 1_000

export function SchedulesPage() {
  const list = useReading<ScheduleList>(`/v1/schedules?limit=${MOST}`, { concern: anySchedule })
  const isMissing = list.error instanceof ApiError && list.error.status === 404
  const schedules = list.data?.schedules ?? []
  return (
    <>
      <PageHead title="Schedules" note={list.data && plural(list.data.total, 'schedule')}>
        {!isMissing && (
          <a class="button is-primary" href={addressOf('/schedules/new')}>
            <Icon name="plus" /> New schedule
          </a>
        )}
      </PageHead>
      {isMissing && <NoSchedulesHere />}
      {!isMissing && <ReadError error={list.error} retry={list.refresh} />}
      {list.data === undefined && list.error === undefined && <Waiting />}
      {list.data !== undefined && schedules.length === 0 && (
        <Empty title="Nothing is scheduled">
          <p>A schedule starts a job at every time that its rule names, once, however many schedulers run.</p>
          <p>
            <a class="button is-primary" href={addressOf('/schedules/new')}>
              Make a schedule
            </a>
          </p>
        </Empty>
      )}
      {schedules.length > 0 && (
        <div class="table-frame table-panel" tabIndex={0} role="region" aria-label="Schedules">
          <table class="is-stacking">
            <thead>
              <tr>
                <th>Schedule</th>
                <th>When</th>
                <th>Next</th>
                <th>Last</th>
                <th>State</th>
                <th>
                  <span class="unseen">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {schedules.map((schedule) => (
                <ScheduleRow key={schedule.scheduleId} schedule={schedule} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

export function NoSchedulesHere() {
  return (
    <Empty title="This server has no schedules">
      <p>
        Its version does not know them yet. Jobs can be delayed meanwhile: “Start in seconds” when one is run.
      </p>
    </Empty>
  )
}
