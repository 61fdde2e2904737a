import { useEffect, useRef, useState } from 'preact/hooks'
import { addressOf } from '../../lib/address.js'
import { go } from '../../shell/use-address.js'
import { Icon } from '../../ui/icon.js'
import { DefinitionSelect } from '../jobs/job-filter-bar.js'
import type { LetterFilter } from './letter-target.js'

const TYPING_MS = 300

export function LetterFilterBar({
  filter,
  showsRetried,
}: {
  readonly filter: LetterFilter
  readonly showsRetried: boolean
}) {
  const [text, setText] = useState(filter.errorContains)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (part: Partial<LetterFilter> & { readonly retried?: boolean }, replace = false) => {
    const { definitionKey, errorContains } = { ...filter, ...part }
    const retried = (part.retried ?? showsRetried) ? 'shown' : ''
    go(addressOf('/dead-letters', { definition: definitionKey, q: errorContains, retried }), replace)
  }
  const type = (typed: string) => {
    setText(typed)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => change({ errorContains: typed }, true), TYPING_MS)
  }
  return (
    <div class="filters" role="search" aria-label="Filter dead letters">
      <div class="search">
        <Icon name="search" />
        <input
          type="search"
          data-search
          aria-label="A part of the error"
          placeholder="A part of the error"
          maxLength={255}
          value={text}
          onInput={(event) => type(event.currentTarget.value)}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
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
