import { useEffect, useState } from 'preact/hooks'
import { localText } from '../../lib/local-time.js'

/** An instant in the zone of whoever looks; counts when the field is left, or at Enter: until then it is half written. */
export function InstantField({
  label,
  instant,
  onChange,
}: {
  readonly label: string
  readonly instant: string
  readonly onChange: (instant: string) => void
}) {
  const [text, setText] = useState(localText(instant))
  useEffect(() => setText(localText(instant)), [instant])

  const commit = (field: HTMLInputElement) => {
    const isUnfinished =
      field.validity.badInput || (field.value !== '' && Number.isNaN(Date.parse(field.value)))
    if (isUnfinished) {
      field.value = localText(instant)
      setText(field.value)
    } else if (field.value !== localText(instant)) {
      onChange(field.value === '' ? '' : new Date(field.value).toISOString())
    }
  }
  return (
    <input
      type="datetime-local"
      aria-label={label}
      max="9999-12-31T23:59"
      value={text}
      onInput={(event) => setText(event.currentTarget.value)}
      onBlur={(event) => commit(event.currentTarget)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(event.currentTarget)
      }}
    />
  )
}
