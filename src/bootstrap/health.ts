import type { RequestListener } from 'node:http'
import { SECURITY_HEADERS } from '../adapters/http/access/security-headers.js'
import type { Readiness } from '../adapters/http/deps.js'

/** `/healthz` and `/readyz` for roles without the API: the process lives; the process can do its work. */
export function healthHandler(readiness: () => Promise<Readiness>): RequestListener {
  return (request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'application/json; charset=utf-8' })
      response.end(JSON.stringify(body))
    }
    const path = request.url?.split('?')[0]
    if (path === '/healthz') answer(200, { status: 'ok' })
    else if (path === '/readyz') {
      void readiness().then(({ ready, checks }) => {
        answer(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', checks })
      })
    } else answer(404, { status: 'not found' })
  }
}
