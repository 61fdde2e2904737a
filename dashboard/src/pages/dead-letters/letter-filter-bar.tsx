import { addressOf } from '../../lib/address.js'
import { go } from '../../shell/use-address.js'
import { SearchField } from '../../ui/search-field.js'
import { DefinitionSelect } from '../jobs/job-filter-bar.js'
import type { LetterFilter } from './letter-target.js'

export function LetterFilterBar({ filter }: { readonly filter: LetterFilter }) {
  const change = (part: Partial<LetterFilter>, replace = false) => {
    const { definitionKey, errorContains, showsRetried } = { ...filter, ...part }
    const retried = showsRetried ? 'shown' : ''
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
        <input
          type="checkbox"
          checked={filter.showsRetried}
          onChange={() => change({ showsRetried: !filter.showsRetried })}
        />
        Show retried ones
      </label>
    </div>
  )
}
