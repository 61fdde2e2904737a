import type { RequestListener, ServerResponse } from 'node:http'

/** For roles without the API. `/healthz`: the process lives; `/readyz`: it can do its work; `/metrics`: for Prometheus. */
export function healthHandler(role: {
  readonly ping: () => Promise<void>
  readonly isStopping: () => boolean
  readonly exposition: { readonly contentType: string; text(): Promise<string> }
}): RequestListener {
  const ready = async (): Promise<[number, string]> => {
    if (role.isStopping()) return [503, 'stopping']
    return role.ping().then(
      () => [200, 'ready'],
      () => [503, 'database away'],
    )
  }
  const expose = async (response: ServerResponse): Promise<void> => {
    const text = await role.exposition.text()
    response.writeHead(200, { 'content-type': role.exposition.contentType, 'cache-control': 'no-store' })
    response.end(text)
  }
  return (request, response) => {
    const path = request.url?.split('?')[0]
    const answer = ([status, text]: [number, string]): void => {
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
      })
      response.end(JSON.stringify({ status: text }))
    }
    if (path === '/healthz') answer([200, 'ok'])
    else if (path === '/readyz') void ready().then(answer)
    else if (path === '/metrics') void expose(response)
    else answer([404, 'not found'])
  }
}
