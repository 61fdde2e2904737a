import type { RequestListener } from 'node:http'

/** `/healthz` and `/readyz` for roles without the API: the process lives; the process can do its work. */
export function healthHandler(role: {
  readonly ping: () => Promise<void>
  readonly isStopping: () => boolean
}): RequestListener {
  const ready = async (): Promise<[number, string]> => {
    if (role.isStopping()) return [503, 'stopping']
    return role.ping().then(
      () => [200, 'ready'],
      () => [503, 'database away'],
    )
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
    else answer([404, 'not found'])
  }
}
