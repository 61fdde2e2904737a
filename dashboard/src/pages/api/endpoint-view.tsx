import { useState } from 'preact/hooks'
import { resolved, typeName, type ApiDocument, type ApiSchema, type Endpoint } from '../../lib/open-api.js'
import { Prose } from '../../ui/prose.js'
import { TryForm } from './try-form.js'

export function EndpointView({
  document,
  endpoint,
  isOpen,
}: {
  readonly document: ApiDocument
  readonly endpoint: Endpoint
  readonly isOpen: boolean
}) {
  const [wasOpened, setOpened] = useState(isOpen)
  const { method, path, summary, scope } = endpoint
  return (
    <details
      class="endpoint"
      open={isOpen}
      onToggle={(event) => {
        if (event.currentTarget.open) setOpened(true)
      }}
    >
      <summary data-row>
        <span class={`method is-${method.toLowerCase()}`}>{method}</span>
        <code class="break">{path}</code>
        <span class="quiet">
          <Prose text={summary} />
        </span>
      </summary>
      {wasOpened && (
        <div class="endpoint-body stack">
          <p class="quiet">
            {scope === null ? 'Needs no key.' : `Needs a key with the scope ${scope}, where there are keys.`}
          </p>
          {endpoint.canTry && <TryForm endpoint={endpoint} />}
          {endpoint.body !== null && (
            <div>
              <h3>Body, {endpoint.body.mediaType}</h3>
              <SchemaTable document={document} schema={endpoint.body.schema} />
            </div>
          )}
          <div>
            <h3>Answers</h3>
            <dl class="answers">
              {endpoint.responses.map(({ status, description, schema }) => (
                <div key={status}>
                  <dt class="number">{status}</dt>
                  <dd>
                    <Prose text={description} />
                    {schema !== null && status.startsWith('2') && (
                      <SchemaTable document={document} schema={schema} />
                    )}
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        </div>
      )}
    </details>
  )
}

/** The members of an object; one step at a time, since some are deep. */
function SchemaTable({ document, schema }: { readonly document: ApiDocument; readonly schema: ApiSchema }) {
  const { properties, required = [], description } = resolved(document, schema)
  if (properties === undefined)
    return description === undefined ? null : (
      <p class="quiet">
        <Prose text={description} />
      </p>
    )
  return (
    <ul class="members">
      {Object.entries(properties).map(([name, part]) => (
        <li key={name}>
          <div>
            <code>{name}</code> <span class="quiet mono">{typeName(part)}</span>
            {required.includes(name) && <span class="hint"> needed</span>}
          </div>
          {part.description !== undefined && (
            <div class="quiet">
              <Prose text={part.description} />
            </div>
          )}
          <Inner document={document} schema={part} />
        </li>
      ))}
    </ul>
  )
}

function Inner({ document, schema }: { readonly document: ApiDocument; readonly schema: ApiSchema }) {
  const [isOpen, setOpen] = useState(false)
  const inner = schema.type === 'array' ? schema.items : schema
  if (inner === undefined || resolved(document, inner).properties === undefined) return null
  return isOpen ? (
    <SchemaTable document={document} schema={inner} />
  ) : (
    <button type="button" class="link" onClick={() => setOpen(true)}>
      Show its members
    </button>
  )
}
