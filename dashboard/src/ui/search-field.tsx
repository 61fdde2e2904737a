import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icon.js'

const TYPING_MS = 300

/** The field that `/` leads to. What is typed counts after a short rest, or at once with Enter; what the address says is followed. */
export function SearchField({
  value,
  label,
  onChange,
  onEnter = onChange,
  isSought = false,
}: {
  readonly value: string
  readonly label: string
  readonly onChange: (text: string) => void
  readonly onEnter?: (text: string) => void
  /** Takes the focus. */
  readonly isSought?: boolean
}) {
  const [text, setText] = useState(value)
  const field = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // Another filter may be set while somebody rests from typing: it must not be undone by what was drawn before.
  const latest = useRef(onChange)
  latest.current = onChange
  // What is typed is ahead of the address; where it goes by itself, such as back, it is followed.
  const told = useRef(value)
  useEffect(() => {
    if (value === told.current) return
    told.current = value
    clearTimeout(timer.current)
    setText(value)
  }, [value])
  useEffect(() => {
    if (isSought) field.current?.focus()
  }, [isSought])
  useEffect(() => () => clearTimeout(timer.current), [])

  const type = (typed: string) => {
    setText(typed)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      told.current = typed
      latest.current(typed)
    }, TYPING_MS)
  }
  const enter = (event: Event) => {
    event.preventDefault()
    clearTimeout(timer.current)
    told.current = text
    onEnter(text)
  }
  return (
    <form class="search" onSubmit={enter}>
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        maxLength={255}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  )
}
