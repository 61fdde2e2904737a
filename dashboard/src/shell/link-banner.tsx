import { useEffect, useRef, useState } from 'preact/hooks'
import { formatSpan } from '../lib/format.js'
import { connection } from '../live/connection.js'
import { useTick } from '../ui/use-tick.js'
import { useLink } from './use-link.js'

const CAUGHT_UP_MS = 2_500

/** Says that what is shown grows old, since when and until when; and, for a moment, that it does no more. */
export function LinkBanner() {
  const link = useLink()
  const wasLost = useRef(false)
  const [isBack, setBack] = useState(false)
  const now = useTick(link.kind === 'lost' ? 1_000 : 60_000)

  useEffect(() => {
    if (link.kind === 'lost') {
      wasLost.current = true
      setBack(false)
    }
    if (link.kind !== 'live' || !wasLost.current) return
    wasLost.current = false
    setBack(true)
    const timer = setTimeout(() => setBack(false), CAUGHT_UP_MS)
    return () => clearTimeout(timer)
  }, [link.kind])

  return (
    <div role="status" aria-live="polite">
      {link.kind === 'lost' && (
        <div class="banner is-bad">
          <span>
            <strong>Connection lost, trying again</strong>
            <span aria-hidden="true">
              {' '}
              {link.retryAt > now ? `in ${formatSpan(link.retryAt - now)}` : 'now'}. What you see is{' '}
              {formatSpan(now - link.since)} old.
            </span>
          </span>
          <button type="button" class="button is-small" onClick={() => connection.connect()}>
            Try now
          </button>
        </div>
      )}
      {isBack && <div class="banner is-good">Connected again: what happened meanwhile is shown.</div>}
    </div>
  )
}
