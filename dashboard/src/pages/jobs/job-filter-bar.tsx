import { addressOf } from '../../lib/address.js'
import {
  addressOfFilter,
  EVERY_JOB,
  idIn,
  isEveryJob,
  STATUSES,
  type JobFilter,
} from '../../lib/job-filter.js'
import { anyDefinition, useReading } from '../../live/use-reading.js'
import { go } from '../../shell/use-address.js'
import type { DefinitionList, JobStatus } from '../../api/types.js'
import { Icon } from '../../ui/icon.js'
import { SearchField } from '../../ui/search-field.js'
import { TimeFilter } from './time-filter.js'

/** What of the jobs is shown. Everything that is set here is in the address. */
export function JobFilterBar({
  filter,
  isSought,
}: {
  readonly filter: JobFilter
  readonly isSought: boolean
}) {
  const change = (part: Partial<JobFilter>, replace = false) =>
    go(addressOfFilter({ ...filter, ...part }), replace)
  const search = (text: string) => change({ text }, true)
  return (
    <div class="filters" role="search" aria-label="Filter jobs">
      <SearchField
        value={filter.text}
        label="Job id, key, or words of an error"
        isSought={isSought}
        onChange={search}
        onEnter={(text) => {
          const id = idIn(text)
          if (id === null) search(text)
          else go(addressOf(`/jobs/${id}`))
        }}
      />
      <DefinitionSelect
        value={filter.definitionKey}
        onChange={(definitionKey) => change({ definitionKey })}
      />
      <TimeFilter filter={filter} onChange={change} />
      <div class="chips" role="group" aria-label="Status">
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            class={`chip is-${status}`}
            aria-pressed={filter.statuses.includes(status)}
            onClick={() => change({ statuses: toggled(filter.statuses, status) })}
          >
            <span class="dot" aria-hidden="true" />
            {status}
          </button>
        ))}
        {!isEveryJob(filter) && (
          <a class="chip is-clear" href={addressOfFilter(EVERY_JOB)}>
            <Icon name="cross" /> Clear
          </a>
        )}
      </div>
    </div>
  )
}

function toggled(statuses: readonly JobStatus[], status: JobStatus): readonly JobStatus[] {
  return statuses.includes(status) ? statuses.filter((one) => one !== status) : [...statuses, status]
}

export function DefinitionSelect({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (key: string) => void
}) {
  const { data } = useReading<DefinitionList>('/v1/definitions', { concern: anyDefinition })
  const keys = [
    ...new Set([...(data?.definitions.map(({ key }) => key) ?? []), ...(value === '' ? [] : [value])]),
  ]
  return (
    <select aria-label="Definition" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">All definitions</option>
      {keys.sort().map((key) => (
        <option key={key} value={key}>
          {key}
        </option>
      ))}
    </select>
  )
}
