import { addressOf } from '../../lib/address.js'
import { formatCount, formatMinute, shortId } from '../../lib/format.js'
import { useReading } from '../../live/use-reading.js'
import type { Explanation } from '../../api/types.js'
import { Time } from '../../ui/time.js'

const SHOWN_HOLDERS = 5

/** Why a queued job does not run. What other jobs do changes it, so that every hint counts. */
export function ExplainPanel({ jobId }: { readonly jobId: string }) {
  const { data } = useReading<Explanation>(`/v1/jobs/${jobId}/explain`, { concern: () => true })
  if (data === undefined || data.status !== 'queued') return null
  const { reasons, position, positionIsCapped, expectedStartAt } = data
  return (
    <section class="panel is-told">
      <h2>Why it is not running</h2>
      <ul class="reasons">
        {reasons.length === 0 && <li>Nothing holds it up: it may start at any moment.</li>}
        {reasons.map((reason) => (
          <li key={reason.code}>
            {reason.code === 'scheduled' ? (
              <>
                It is due <Time at={reason.runAt} />, at {formatMinute(new Date(reason.runAt))}
              </>
            ) : (
              wordsOf(reason)
            )}
            <Holders reason={reason} />
          </li>
        ))}
      </ul>
      <p class="quiet">
        {position !== null && (
          <>
            Place in the queue: {formatCount(position)}
            {positionIsCapped ? '+' : ''}
          </>
        )}
        {expectedStartAt !== null && (
          <>
            {' · '}expected to start <Time at={expectedStartAt} />
          </>
        )}
      </p>
    </section>
  )
}

function Holders({ reason }: { readonly reason: Explanation['reasons'][number] }) {
  if (reason.code !== 'concurrency_limit') return null
  const { holders } = reason
  return (
    <span>
      {' '}
      {holders.slice(0, SHOWN_HOLDERS).map((id) => (
        <a key={id} class="mono" href={addressOf(`/jobs/${id}`)}>
          {shortId(id)}{' '}
        </a>
      ))}
      {holders.length > SHOWN_HOLDERS && <span class="quiet">and {holders.length - SHOWN_HOLDERS} more</span>}
    </span>
  )
}

/** As a sentence; the key of a definition, with which some begin, stays as it is. */
function wordsOf({ code, message }: Explanation['reasons'][number]): string {
  return code === 'paused' ? message : message.charAt(0).toUpperCase() + message.slice(1)
}
