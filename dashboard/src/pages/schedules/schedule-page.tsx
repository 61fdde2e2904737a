import { ApiError } from '../../api/request.js'
import { byHand } from '../../lib/samples.js'
import { never, thisSchedule, useReading } from '../../live/use-reading.js'
import type { Schedule } from '../../api/types.js'
import type { DefinitionList } from '../../api/types.js'
import { NoDefinition } from '../../ui/no-definition.js'
import { PageHead } from '../../ui/page-head.js'
import { Empty, ReadError, Waiting } from '../../ui/states.js'
import { NoSchedulesHere } from './schedules-page.js'
import { ScheduleActions } from './schedule-actions.js'
import { ScheduleEditor } from './schedule-editor.js'
import { ScheduleState } from './schedule-row.js'
import { TicksPanel } from './ticks-panel.js'

const NEW = 'new'

/** One schedule: its rule, what comes next, and what became of its slots; or a new one. */
export function SchedulePage({ scheduleId }: { readonly scheduleId: string }) {
  const isNew = scheduleId === NEW
  const reading = useReading<Schedule>(isNew ? null : `/v1/schedules/${encodeURIComponent(scheduleId)}`, {
    concern: thisSchedule(scheduleId),
  })
  const definitions = useReading<DefinitionList>('/v1/definitions', { concern: never })
  const { data: schedule, error } = reading
  const choices = byHand(definitions.data?.definitions ?? [], schedule?.definitionKey)
  const isWithoutChoice = isNew && definitions.data !== undefined && choices.length === 0
  const isReady = definitions.data !== undefined && (isNew || schedule !== undefined)
  const missed = error ?? definitions.error
  const readAgain = () => {
    reading.refresh()
    definitions.refresh()
  }

  if (error instanceof ApiError && error.status === 404 && schedule === undefined)
    return (
      <>
        <PageHead title="No such schedule" />
        {error.code === 'not-found' ? (
          <NoSchedulesHere />
        ) : (
          <Empty title="There is no schedule with this id" />
        )}
      </>
    )
  return (
    <>
      <PageHead
        title={isNew ? 'New schedule' : (schedule?.name ?? 'Schedule')}
        note={schedule && <ScheduleState enabled={schedule.enabled} />}
      >
        {schedule !== undefined && <ScheduleActions schedule={schedule} />}
      </PageHead>
      <ReadError error={missed} retry={readAgain} />
      {!isReady && missed === undefined && <Waiting />}
      {isWithoutChoice && <NoDefinition />}
      {isReady && !isWithoutChoice && (
        <ScheduleEditor key={scheduleId} schedule={schedule} choices={choices} />
      )}
      {schedule !== undefined && <TicksPanel schedule={schedule} />}
    </>
  )
}
