import { useId } from 'preact/hooks'
import type { Field } from '../lib/params-form.js'

interface FieldProps {
  readonly field: Field
  readonly value: string
  readonly flaw: string | undefined
  readonly onChange: (text: string) => void
}

/** One of the params, with what is wrong with it. */
export function ParamField({ field, value, flaw, onChange }: FieldProps) {
  const id = useId()
  const hint = [field.description, HINTS[field.kind]].filter((text) => text !== '').join('; ')
  return (
    <div class="field">
      <label class="field-name" for={id}>
        {field.name}
        {field.isRequired && <span class="quiet"> needed</span>}
      </label>
      <Input id={id} field={field} value={value} flaw={flaw} onChange={onChange} />
      {hint !== '' && <span class="hint">{hint}</span>}
      {flaw !== undefined && (
        <span id={`${id}-flaw`} class="flaw">
          {flaw}
        </span>
      )}
    </div>
  )
}

const HINTS: Readonly<Record<Field['kind'], string>> = {
  text: '',
  number: '',
  integer: '',
  switch: '',
  choice: '',
  texts: 'One on each line',
  numbers: 'Separated by commas',
  json: 'As JSON',
}

function Input({ id, field, value, flaw, onChange }: FieldProps & { readonly id: string }) {
  const common = {
    id,
    value,
    'aria-invalid': flaw !== undefined,
    'aria-describedby': flaw === undefined ? undefined : `${id}-flaw`,
    onInput: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  const { kind, byDefault, minimum = -1 } = field
  if (kind === 'choice' || kind === 'switch')
    return (
      <select {...common}>
        <option value="">{byDefault === '' ? '–' : `default: ${byDefault}`}</option>
        {(kind === 'switch' ? ['true', 'false'] : field.choices).map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    )
  if (kind === 'texts' || kind === 'json')
    return <textarea {...common} rows={4} spellcheck={false} class="mono" placeholder={byDefault} />
  if (kind === 'text')
    return (
      <textarea
        {...common}
        class="is-growing"
        rows={Math.min(12, value.split('\n').length)}
        placeholder={byDefault}
        onKeyDown={submitLine}
      />
    )
  // Not of type `number`, which tells nothing of what is none; keys for numbers often have no sign.
  return (
    <input {...common} type="text" inputMode={minimum < 0 ? 'text' : 'decimal'} placeholder={byDefault} />
  )
}

/** Enter submits a single line, as in any field; in a text of several it begins another. */
function submitLine(event: KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement }): void {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  const { value, form } = event.currentTarget
  if (value.includes('\n')) return
  event.preventDefault()
  form?.requestSubmit()
}
