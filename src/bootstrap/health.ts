import type { RequestListener } from 'node:http'
import type { Guard } from '../adapters/http/access/guard.js'
import { SECURITY_HEADERS } from '../adapters/http/access/security-headers.js'
import type { HttpDeps } from '../adapters/http/deps.js'
import { problemOf, RequestError } from '../adapters/http/problem.js'
import { notReady } from '../adapters/http/routes/service.js'

type HealthDeps = Pick<HttpDeps, 'readiness' | 'exposition' | 'newId'> & {
  readonly guard: Pick<Guard, 'admit'>
}

/**
 * For roles without the API. `/healthz`: the process lives; `/readyz`: it can do its work; `/metrics`: for Prometheus, behind the
 * same door as the API. What is refused is a problem, as it is there.
 */
export function healthHandler({ readiness, exposition, guard, newId }: HealthDeps): RequestListener {
  return (request, response) => {
    const send = (status: number, headers: Readonly<Record<string, string>>, body: string): void => {
      response.writeHead(status, { ...SECURITY_HEADERS, ...headers })
      response.end(body)
    }
    const answer = (body: object): void => {
      send(200, { 'Content-Type': 'application/json; charset=utf-8' }, JSON.stringify(body))
    }
    const refuse = (error: unknown): void => {
      const { status, headers, body } = problemOf(error, newId())
      const mediaType = { 'Content-Type': 'application/problem+json; charset=utf-8' }
      send(status, { ...headers, ...mediaType }, JSON.stringify(body))
    }
    const tellReadiness = async (): Promise<void> => {
      const { ready, checks } = await readiness()
      if (!ready) throw notReady(checks)
      answer({ status: 'ready', checks })
    }
    const expose = async (): Promise<void> => {
      await guard.admit({ req: request }, 'read')
      send(200, { 'Content-Type': exposition.contentType }, await exposition.text())
    }
    const path = request.url?.split('?')[0]
    if (path === '/healthz') answer({ status: 'ok' })
    else if (path === '/readyz') tellReadiness().catch(refuse)
    else if (path === '/metrics') expose().catch(refuse)
    else refuse(new RequestError('not-found', 'there is no such address'))
  }
}
