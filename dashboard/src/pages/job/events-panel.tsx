import { formatClock, formatInstant } from '../../lib/format.js'
import { useTail } from '../../live/use-tail.js'
import type { EventList, JobEvent } from '../../api/types.js'
import { ReadError } from '../../ui/states.js'

const MAX_SHOWN = 200

/** What happened, the newest first; of very many events only the last ones. */
export function EventsPanel({ jobId }: { readonly jobId: string }) {
  const { data, error, refresh } = useTail<EventList>(jobId, 'events', ({ events }) => events, MAX_SHOWN)
  const events = data?.events ?? []
  // Ids have no gaps.
  const total = events.at(-1)?.id ?? 0
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>Events</h2>
        {total > MAX_SHOWN && (
          <span class="quiet">
            the last {MAX_SHOWN} of {total}
          </span>
        )}
      </div>
      <ReadError error={error} retry={refresh} />
      <ol class="events">
        {events
          .slice(-MAX_SHOWN)
          .reverse()
          .map((event) => (
            <EventLine key={event.id} event={event} />
          ))}
      </ol>
    </section>
  )
}

function EventLine({ event: { at, eventType, payload } }: { readonly event: JobEvent }) {
  const text = Object.keys(payload).length === 0 ? '' : JSON.stringify(payload)
  return (
    <li>
      <time class="mono quiet" dateTime={at} title={formatInstant(new Date(at))}>
        {formatClock(new Date(at))}
      </time>
      <span class={`event-type is-${eventType}`}>{eventType}</span>
      <span class="event-payload mono quiet" title={text}>
        {text}
      </span>
    </li>
  )
}
