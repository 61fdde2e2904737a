import { serverNow } from '../api/request.js'
import { formatInstant, formatRelative, formatSpan } from '../lib/format.js'
import { useTick } from './use-tick.js'

const HOUR_MS = 3_600_000

/** How long ago something was; exactly, on hover. */
export function Time({ at }: { readonly at: string | null }) {
  const ms = at === null ? Number.NaN : Date.parse(at)
  const now = useTick(Math.abs(serverNow() - ms) < HOUR_MS ? 1_000 : 60_000)
  if (at === null) return <span class="quiet">–</span>
  return (
    <time dateTime={at} title={`${formatInstant(new Date(ms))} (${at})`}>
      {formatRelative(ms, now)}
    </time>
  )
}

/** How long something took, or takes so far. */
export function Span({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  const now = useTick(to === null ? 1_000 : 3_600_000)
  if (from === null) return <span class="quiet">–</span>
  return <span class="number">{formatSpan((to === null ? now : Date.parse(to)) - Date.parse(from))}</span>
}
