import { serverNow } from '../../api/request.js'
import { BETWEEN, type JobFilter } from '../../lib/job-filter.js'
import { InstantField } from './instant-field.js'

/** When jobs were accepted: a span back from now, or between two instants. */
export function TimeFilter({
  filter,
  onChange,
}: {
  readonly filter: JobFilter
  readonly onChange: (part: Partial<JobFilter>) => void
}) {
  const { span, after, before } = filter
  const isBetween = span === BETWEEN || after !== '' || before !== ''
  const choose = (option: string) => {
    if (option === BETWEEN)
      onChange({ span: BETWEEN, after: new Date(serverNow() - 86_400_000).toISOString() })
    else onChange({ span: option, after: '', before: '' })
  }
  return (
    <>
      <select
        aria-label="Accepted"
        value={isBetween ? BETWEEN : span}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">Any time</option>
        <option value="1h">Last hour</option>
        <option value="24h">Last 24 hours</option>
        <option value="7d">Last 7 days</option>
        <option value={BETWEEN}>Between …</option>
      </select>
      {isBetween && (
        <span class="between">
          <InstantField
            label="Accepted after"
            instant={after}
            onChange={(instant) => onChange({ span: BETWEEN, after: instant })}
          />
          <span class="quiet">to</span>
          <InstantField
            label="Accepted before"
            instant={before}
            onChange={(instant) => onChange({ span: BETWEEN, before: instant })}
          />
        </span>
      )}
    </>
  )
}
