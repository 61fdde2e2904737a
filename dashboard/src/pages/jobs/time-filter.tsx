import { localText } from '../../lib/local-time.js'
import type { JobFilter } from '../../lib/job-filter.js'

const OWN = 'own'

/** When jobs were accepted: a span back from now, or between two instants. */
export function TimeFilter({
  filter,
  onChange,
}: {
  readonly filter: JobFilter
  readonly onChange: (part: Partial<JobFilter>) => void
}) {
  const isOwn = filter.after !== '' || filter.before !== ''
  const choose = (option: string) => {
    if (option === OWN) onChange({ span: '', after: new Date(Date.now() - 86_400_000).toISOString() })
    else onChange({ span: option, after: '', before: '' })
  }
  const instant = (text: string) => (text === '' ? '' : new Date(text).toISOString())
  return (
    <>
      <select
        aria-label="Accepted"
        value={isOwn ? OWN : filter.span}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">Any time</option>
        <option value="1h">Last hour</option>
        <option value="24h">Last 24 hours</option>
        <option value="7d">Last 7 days</option>
        <option value={OWN}>Between …</option>
      </select>
      {isOwn && (
        <span class="between">
          <input
            type="datetime-local"
            aria-label="Accepted after"
            value={localText(filter.after)}
            onChange={(event) => onChange({ span: '', after: instant(event.currentTarget.value) })}
          />
          <span class="quiet">to</span>
          <input
            type="datetime-local"
            aria-label="Accepted before"
            value={localText(filter.before)}
            onChange={(event) => onChange({ span: '', before: instant(event.currentTarget.value) })}
          />
        </span>
      )}
    </>
  )
}
