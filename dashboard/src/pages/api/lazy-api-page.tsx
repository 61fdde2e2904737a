import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { PageHead } from '../../ui/page-head.js'
import { ReadError, Waiting } from '../../ui/states.js'

type Page = FunctionComponent<{ readonly query: URLSearchParams }>

/** The page is a file of its own: most who come want to see jobs. */
export function ApiPage({ query }: { readonly query: URLSearchParams }) {
  const [page, setPage] = useState<{ readonly Page: Page } | null>(null)
  const [error, setError] = useState<Error | undefined>(undefined)
  const load = () => {
    import('./api-page.js').then(({ ApiReader }) => setPage({ Page: ApiReader })).catch(setError)
  }
  useEffect(load, [])
  if (page !== null) return <page.Page query={query} />
  return (
    <>
      <PageHead title="API" />
      {error === undefined ? <Waiting /> : <ReadError error={error} retry={() => location.reload()} />}
    </>
  )
}
