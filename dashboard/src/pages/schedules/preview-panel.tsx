import { useEffect, useState } from 'preact/hooks'
import { ApiError, post } from '../../api/request.js'
import { formatSlot } from '../../lib/format.js'
import type { SchedulePreview } from '../../api/types.js'
import { Icon } from '../../ui/icon.js'
import { Time } from '../../ui/time.js'

const TYPING_MS = 250
const RUNS = 5

/** What the rule says in plain language and when it would run, in its zone and in that of whoever looks; follows the typing. */
export function PreviewPanel({
  times,
  timezone,
}: {
  readonly times: Readonly<Record<string, unknown>>
  readonly timezone: string
}) {
  const [preview, setPreview] = useState<SchedulePreview | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const asked = JSON.stringify(times)
  useEffect(() => {
    let isOld = false
    const timer = setTimeout(() => {
      post<SchedulePreview>(`/v1/schedules/preview?n=${RUNS}`, JSON.parse(asked) as object)
        .then((answer) => {
          if (isOld) return
          setPreview(answer)
          setError(null)
        })
        .catch((refused: unknown) => {
          if (!isOld) setError(refused as Error)
        })
    }, TYPING_MS)
    return () => {
      isOld = true
      clearTimeout(timer)
    }
  }, [asked])

  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <aside class="panel stack">
      <h2>What comes next</h2>
      {/* Not the times below: they are others each second. */}
      <div aria-live="polite">
        {error !== null && (
          <p class="flaw break">
            {error instanceof ApiError && error.code === 'not-found'
              ? 'This server has no schedules.'
              : error.message}
          </p>
        )}
        {error === null && preview !== null && <p class="plain-words">{preview.description}</p>}
      </div>
      {error === null && preview !== null && (
        <>
          <ol class="runs">
            {preview.runs.map(({ at, local, offset, note }) => (
              <li key={at}>
                <strong class="number">
                  {local.replace('T', ' ').slice(0, 19).replace(/:00$/, '')}{' '}
                  <span class="quiet">{offset}</span>
                </strong>
                <Time at={at} />
                {own !== timezone && (
                  <span class="quiet number run-own">{formatSlot(new Date(at))} here</span>
                )}
                {note !== null && (
                  <span class="run-note">
                    <Icon name="warning" /> {note}
                  </span>
                )}
              </li>
            ))}
          </ol>
          {preview.runs.length === 0 && <p class="quiet">It never runs.</p>}
        </>
      )}
    </aside>
  )
}
