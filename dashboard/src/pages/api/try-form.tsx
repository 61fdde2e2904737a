import { useState } from 'preact/hooks'
import { accessKey } from '../../api/access-key.js'
import { apiUrl, authorization } from '../../api/request.js'
import { curlOf } from '../../lib/curl.js'
import { filledPath, typeName, type Endpoint } from '../../lib/open-api.js'
import { jsonOf } from '../../lib/params-form.js'
import { refreshAll } from '../../live/readings.js'
import { Icon } from '../../ui/icon.js'
import { CodeView, JsonView } from '../../ui/json-view.js'
import { Prose } from '../../ui/prose.js'

interface Answer {
  readonly status: number
  readonly statusText: string
  readonly tookMs: number
  readonly text: string
}

/** Sends a real request to this server, and shows its answer and the same as a curl command. */
export function TryForm({ endpoint }: { readonly endpoint: Endpoint }) {
  const { method, parameters, body } = endpoint
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [text, setText] = useState(() => (body === null ? '' : JSON.stringify(body.example, null, 2)))
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [error, setError] = useState<string | null>(null)

  const path = filledPath(endpoint, values)
  const parsed = body === null || text.trim() === '' ? { value: undefined } : jsonOf(text)
  const flaw = 'flaw' in parsed ? parsed.flaw : null
  const needsKey = endpoint.scope !== null && accessKey() !== null
  const sent = 'value' in parsed ? parsed.value : undefined
  const curl = curlOf({ method, url: apiUrl(path), body: sent, needsKey })

  const send = async (event: Event) => {
    event.preventDefault()
    setError(null)
    try {
      setAnswer(await tried(method, path, body === null ? null : text))
    } catch (failure) {
      setError((failure as Error).message)
    }
    if (method !== 'GET') refreshAll()
  }
  const fields = parameters.filter((parameter) => parameter.in !== 'header')
  return (
    <form class="try stack" onSubmit={(event) => void send(event)}>
      {fields.length > 0 && (
        <div class="field-grid is-flush">
          {fields.map(({ name, required, description, schema }) => (
            <label key={name} class="field">
              <span class="field-name">
                {name}
                {required === true && <span class="quiet"> needed</span>}
              </span>
              <input
                type="text"
                required={required === true}
                value={values[name] ?? ''}
                placeholder={
                  schema?.default === undefined ? typeName(schema) : JSON.stringify(schema.default)
                }
                onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
              />
              {description !== undefined && (
                <span class="hint">
                  <Prose text={description} />
                </span>
              )}
            </label>
          ))}
        </div>
      )}
      {body !== null && (
        <label class="field">
          <span class="field-name">Body</span>
          <textarea
            class="mono"
            rows={Math.min(12, text.split('\n').length + 1)}
            spellcheck={false}
            value={text}
            aria-invalid={flaw !== null}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {flaw !== null && <span class="flaw">{flaw}</span>}
        </label>
      )}
      <CodeView text={curl} name="curl command" />
      <div class="row">
        <button type="submit" class="button is-primary is-small">
          <Icon name="play" /> Send
        </button>
        {answer !== null && (
          <span class={answer.status < 400 ? 'is-fine' : 'flaw'} role="status">
            {answer.status} {answer.statusText}, in {Math.round(answer.tookMs)} ms
          </span>
        )}
        {error !== null && (
          <span class="flaw" role="alert">
            {error}
          </span>
        )}
      </div>
      {answer !== null && <AnswerView text={answer.text} />}
    </form>
  )
}

async function tried(method: string, path: string, body: string | null): Promise<Answer> {
  const began = performance.now()
  const response = await fetch(apiUrl(path), {
    method,
    headers: { ...authorization(), ...(body === null ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === null || body.trim() === '' ? {} : { body }),
  })
  const text = await response.text()
  const { status, statusText } = response
  return { status, statusText, tookMs: performance.now() - began, text }
}

function AnswerView({ text }: { readonly text: string }) {
  if (text === '') return null
  const read = jsonOf(text)
  return 'flaw' in read ? (
    <CodeView text={text} name="answer" />
  ) : (
    <JsonView value={read.value} name="answer" />
  )
}
