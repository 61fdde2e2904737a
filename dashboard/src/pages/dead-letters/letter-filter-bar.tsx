import { addressOf } from '../../lib/address.js'
import { go } from '../../shell/use-address.js'
import { SearchField } from '../../ui/search-field.js'
import { DefinitionSelect } from '../jobs/job-filter-bar.js'
import type { LetterFilter } from './letter-target.js'

export function LetterFilterBar({
  filter,
  showsRetried,
}: {
  readonly filter: LetterFilter
  readonly showsRetried: boolean
}) {
  const change = (part: Partial<LetterFilter> & { readonly retried?: boolean }, replace = false) => {
    const { definitionKey, errorContains } = { ...filter, ...part }
    const retried = (part.retried ?? showsRetried) ? 'shown' : ''
    go(addressOf('/dead-letters', { definition: definitionKey, q: errorContains, retried }), replace)
  }
  return (
    <div class="filters" role="search" aria-label="Filter dead letters">
      <SearchField
        value={filter.errorContains}
        label="A part of the error"
        onChange={(errorContains) => change({ errorContains }, true)}
      />
      <DefinitionSelect
        value={filter.definitionKey}
        onChange={(definitionKey) => change({ definitionKey })}
      />
      <label class="check">
        <input type="checkbox" checked={showsRetried} onChange={() => change({ retried: !showsRetried })} />
        Show retried ones
      </label>
    </div>
  )
}
