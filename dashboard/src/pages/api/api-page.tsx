import { useState } from 'preact/hooks'
import { apiUrl } from '../../api/request.js'
import { endpointsOf, type ApiDocument, type Endpoint } from '../../lib/open-api.js'
import { never, useReading } from '../../live/use-reading.js'
import { Icon } from '../../ui/icon.js'
import { PageHead } from '../../ui/page-head.js'
import { ReadError, Waiting } from '../../ui/states.js'
import { EndpointView } from './endpoint-view.js'

/** The OpenAPI document, to be read and tried. */
export function ApiReader({ query }: { readonly query: URLSearchParams }) {
  const { data, error, refresh } = useReading<ApiDocument>('/openapi.json', { concern: never })
  const [text, setText] = useState('')
  const open = query.get('at')
  return (
    <>
      <PageHead
        title="API"
        note={data && `${data.info.description ?? ''} Everything that this page does goes through it.`}
      >
        <a class="button" href={apiUrl('/openapi.json')}>
          <Icon name="download" /> openapi.json
        </a>
      </PageHead>
      <div class="filters" role="search">
        <div class="search">
          <Icon name="search" />
          <input
            type="search"
            data-search
            aria-label="Find an endpoint"
            placeholder="Find an endpoint"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <kbd aria-hidden="true">/</kbd>
        </div>
      </div>
      <ReadError error={error} retry={refresh} />
      {data === undefined && error === undefined && <Waiting lines={10} />}
      {data !== undefined && (
        <div class="stack">
          {[...endpointsOf(data)].map(([tag, endpoints]) => (
            <TagPanel
              key={tag}
              tag={tag}
              document={data}
              endpoints={endpoints.filter(matches(text))}
              open={open}
            />
          ))}
        </div>
      )}
    </>
  )
}

function matches(text: string): (endpoint: Endpoint) => boolean {
  const words = text.toLowerCase().split(/\s+/)
  return ({ method, path, summary, id }) => {
    const whole = `${method} ${path} ${summary} ${id}`.toLowerCase()
    return words.every((word) => whole.includes(word))
  }
}

function TagPanel({
  tag,
  document,
  endpoints,
  open,
}: {
  readonly tag: string
  readonly document: ApiDocument
  readonly endpoints: readonly Endpoint[]
  readonly open: string | null
}) {
  if (endpoints.length === 0) return null
  return (
    <section class="panel">
      <h2 class="tag-title">{tag}</h2>
      {endpoints.map((endpoint) => (
        <EndpointView
          key={endpoint.id}
          document={document}
          endpoint={endpoint}
          isOpen={endpoint.id === open}
        />
      ))}
    </section>
  )
}
