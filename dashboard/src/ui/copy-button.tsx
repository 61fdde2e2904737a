import { useState } from 'preact/hooks'
import { Icon } from './icon.js'
import { notify } from './notices.js'

const SHOWN_MS = 1_500

export function CopyButton({
  text,
  label,
  words,
}: {
  readonly text: string
  /** What is copied, for those who listen and on hover. */
  readonly label: string
  /** Shown beside the picture. */
  readonly words?: string
}) {
  const [isDone, setDone] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      notify('bad', 'The browser does not let this page copy: it takes HTTPS, or localhost')
      return
    }
    setDone(true)
    setTimeout(() => setDone(false), SHOWN_MS)
  }
  const said = isDone ? 'Copied' : (words ?? '')
  return (
    <button
      type="button"
      class={words === undefined ? 'icon-button' : 'button is-small'}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name={isDone ? 'check' : 'copy'} /> {words !== undefined && said}
      {words === undefined && <span class="unseen">{isDone ? 'Copied' : label}</span>}
    </button>
  )
}
