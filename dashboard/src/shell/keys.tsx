import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { addressOf } from '../lib/address.js'
import { Dialog } from '../ui/dialog.js'
import { onHelp } from './help-signal.js'
import { PLACES, RUN_PATH } from './places.js'
import { go } from './use-address.js'

/** How long after `g` the letter of a page counts. */
const CHORD_MS = 1_500

const HELP: readonly (readonly [string, string])[] = [
  ['/', 'Search for a job'],
  ['j  k', 'Next and previous row'],
  ['Enter', 'Open the row'],
  ['x', 'Select the row'],
  ['n', 'Run a job'],
  ['e', 'Of a job: edit and run again'],
  ['?', 'These keys'],
  ['Esc', 'Close, or leave a field'],
]

/** The keys that work everywhere, and what tells of them. */
export function Keys() {
  const [isHelpOpen, setHelpOpen] = useState(false)

  useEffect(() => onHelp(() => setHelpOpen(true)), [])
  // Before the first picture is drawn: whoever types at once is heard, on a slow machine too.
  useLayoutEffect(() => {
    let chordUntil = 0
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isTyping(event)) {
        if (event.key === 'Escape') (event.target as HTMLElement).blur()
        return
      }
      if (document.querySelector('dialog[open]') !== null) return
      const isChord = event.timeStamp < chordUntil
      chordUntil = event.key === 'g' && !isChord ? event.timeStamp + CHORD_MS : 0
      const act = isChord ? placeFor(event.key) : ACTIONS[event.key]
      if (event.key === '?') setHelpOpen(true)
      else if (act === undefined) return
      else act()
      event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])

  if (!isHelpOpen) return null
  return (
    <Dialog title="Keyboard" onClose={() => setHelpOpen(false)}>
      <dl class="keys">
        {HELP.map(([keys, what]) => (
          <KeyLine key={keys} keys={keys.split('  ')} what={what} />
        ))}
        {PLACES.map(({ key, name }) => (
          <KeyLine key={name} keys={['g', key]} what={name} />
        ))}
      </dl>
    </Dialog>
  )
}

function KeyLine({ keys, what }: { readonly keys: readonly string[]; readonly what: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{what}</dd>
    </div>
  )
}

function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select')
}

function placeFor(key: string): (() => void) | undefined {
  const place = PLACES.find((one) => one.key === key)
  return place && (() => go(addressOf(place.path)))
}

const ACTIONS: Readonly<Record<string, () => void>> = {
  '/': search,
  j: () => step(1),
  k: () => step(-1),
  x: toggle,
  n: () => go(addressOf(RUN_PATH)),
  e: () => document.querySelector<HTMLElement>('[data-key="e"]')?.click(),
}

function search(): void {
  const field = document.querySelector<HTMLInputElement>('[data-search]')
  if (field !== null) {
    field.focus()
    field.select()
    return
  }
  go(addressOf('/jobs', { find: '1' }))
}

/** Moves among the rows of a list: what has the focus is where one is. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const place = rows.findIndex((row) => row === document.activeElement)
  const next = place === -1 ? (by === 1 ? 0 : rows.length - 1) : place + by
  rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus()
}

function toggle(): void {
  const row = document.activeElement?.closest('[data-row-box]')
  row?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click()
}
