import type { LinkState } from '../live/connection.js'
import { useLink } from './use-link.js'

const WORDS: Readonly<Record<LinkState['kind'], string>> = {
  connecting: 'Connecting',
  live: 'Live',
  resting: 'Resting',
  locked: 'Access key needed',
  lost: 'Not connected',
}

/** A word and a dot that say whether what is shown is what is. */
export function LinkLight() {
  const { kind } = useLink()
  return (
    <p class={`link-light is-${kind}`}>
      <span class="dot" aria-hidden="true" />
      {WORDS[kind]}
    </p>
  )
}
