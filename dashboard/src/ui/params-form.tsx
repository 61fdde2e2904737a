import { useId, useState } from 'preact/hooks'
import { fieldsOf, paramsFromJson, paramsOf, valuesOf, type Field, type Values } from '../lib/params-form.js'

type Params = Readonly<Record<string, unknown>>

/** Params that are being written, as a form or as JSON. */
export interface Draft {
  readonly fields: readonly Field[] | null
  readonly isJson: boolean
  readonly values: Values
  readonly text: string
  readonly flaws: Readonly<Record<string, string>>
  /** `null` while the text is not an object in JSON. */
  readonly value: Params | null
  readonly setValue: (name: string, text: string) => void
  readonly setText: (text: string) => void
  /** Goes over to the other way of writing, with what was written. */
  readonly turn: () => void
  /** Shows what is wrong; answers whether nothing is. */
  readonly check: () => boolean
}

export function useParams(schema: unknown, initial: Params): Draft {
  const fields = fieldsOf(schema)
  const [values, setValues] = useState<Values | null>(() =>
    fields === null ? null : valuesOf(fields, initial),
  )
  const [text, setText] = useState(() => JSON.stringify(initial, null, 2))
  const [isChecked, setChecked] = useState(false)
  const isJson = fields === null || values === null
  const read = isJson ? readText(text) : paramsOf(fields, values)
  const value = 'value' in read ? read.value : read.params
  const flaws = isJson ? ('value' in read ? read.flaws : {}) : read.flaws

  return {
    fields,
    isJson,
    values: values ?? {},
    text,
    flaws: isChecked || isJson ? flaws : {},
    value,
    setValue: (name, given) => setValues({ ...values, [name]: given }),
    setText,
    turn: () => {
      if (fields === null) return
      if (isJson) setValues(value === null ? {} : (valuesOf(fields, value) ?? {}))
      else {
        setText(JSON.stringify(value, null, 2))
        setValues(null)
      }
    },
    check: () => {
      setChecked(true)
      return Object.keys(flaws).length === 0
    },
  }
}

function readText(text: string): { value: Params | null; flaws: Record<string, string> } {
  const read = paramsFromJson(text)
  return 'flaw' in read ? { value: null, flaws: { json: read.flaw } } : { value: read.value, flaws: {} }
}

export function ParamsForm({ params }: { readonly params: Draft }) {
  const { fields, isJson, values, flaws } = params
  return (
    <fieldset class="stack">
      <legend>
        Params
        {fields !== null && (
          <button type="button" class="link" onClick={params.turn}>
            {isJson ? 'as a form' : 'as JSON'}
          </button>
        )}
      </legend>
      {isJson ? (
        <label class="field">
          <span class="unseen">Params as JSON</span>
          <textarea
            class="mono"
            rows={8}
            spellcheck={false}
            value={params.text}
            aria-invalid={flaws['json'] !== undefined}
            onInput={(event) => params.setText(event.currentTarget.value)}
          />
          {flaws['json'] !== undefined && <span class="flaw">{flaws['json']}</span>}
        </label>
      ) : (
        fields?.map((field) => (
          <ParamField
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            flaw={flaws[field.name]}
            onChange={(text) => params.setValue(field.name, text)}
          />
        ))
      )}
    </fieldset>
  )
}

interface FieldProps {
  readonly field: Field
  readonly value: string
  readonly flaw: string | undefined
  readonly onChange: (text: string) => void
}

function ParamField({ field, value, flaw, onChange }: FieldProps) {
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
      {flaw !== undefined && <span class="flaw">{flaw}</span>}
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
    onInput: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  const { kind, byDefault } = field
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
  if (kind === 'text') return <input {...common} type="text" placeholder={byDefault} />
  if (kind === 'numbers') return <input {...common} type="text" inputMode="decimal" placeholder={byDefault} />
  return (
    <input
      {...common}
      type="number"
      min={field.minimum ?? ''}
      max={field.maximum ?? ''}
      step={kind === 'integer' ? 1 : 'any'}
      placeholder={byDefault}
    />
  )
}
