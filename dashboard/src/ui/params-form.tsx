import { useEffect, useId, useRef } from 'preact/hooks'
import { plural } from '../lib/format.js'
import { ParamField } from './param-field.js'
import type { Draft } from './use-params.js'

/** The fields for params, or their JSON. */
export function ParamsForm({ params }: { readonly params: Draft }) {
  const { fields, isJson, values, flaws, obstacle, refusals } = params
  const ref = useRef<HTMLFieldSetElement>(null)
  useEffect(() => {
    if (refusals > 0) ref.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [refusals])
  return (
    <fieldset ref={ref} class="stack">
      <legend>
        Params
        {fields !== null && (
          <span class="turn">
            {obstacle !== null && (
              <span class="flaw" role="alert">
                {obstacle}
              </span>
            )}
            <button type="button" class="link" onClick={params.turn}>
              {isJson ? 'as a form' : 'as JSON'}
            </button>
          </span>
        )}
      </legend>
      {isJson ? (
        <JsonField params={params} />
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

function JsonField({ params: { text, flaws, setText } }: { readonly params: Draft }) {
  const id = useId()
  const flaw = flaws['json']
  return (
    <div class="field">
      <label class="unseen" for={id}>
        Params as JSON
      </label>
      <textarea
        id={id}
        class="mono"
        rows={8}
        spellcheck={false}
        value={text}
        aria-invalid={flaw !== undefined}
        aria-describedby={flaw === undefined ? undefined : `${id}-flaw`}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {flaw !== undefined && (
        <span id={`${id}-flaw`} class="flaw">
          {flaw}
        </span>
      )}
    </div>
  )
}

/** Says beside the button why nothing was sent: the fields may be out of sight. */
export function FlawCount({ params: { flaws, refusals } }: { readonly params: Draft }) {
  const count = Object.keys(flaws).length
  if (refusals === 0 || count === 0) return null
  return (
    <span class="flaw" role="alert">
      {plural(count, 'field')} {count === 1 ? 'needs' : 'need'} attention
    </span>
  )
}
