// What stands at the URL of a callback: checks the signature, does nothing twice, answers quickly.
//
//   WEBHOOK_SECRET=a-secret-of-both PORT=4000 npx tsx examples/webhook-receiver.ts
//   WEBHOOK_SECRET=a-secret-of-both CALLBACK_ALLOW_PRIVATE=true npm start
//   curl -X POST http://localhost:3000/v1/jobs -H 'Content-Type: application/json' \
//     -d '{"definitionKey": "echo", "callback": {"url": "http://localhost:4000/"}}'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

const secret = process.env.WEBHOOK_SECRET ?? ''
if (secret === '') throw new Error('WEBHOOK_SECRET is needed')
const TOLERANCE_SECONDS = 300
/** A real receiver keeps these where it keeps what it does with them. */
const seen = new Set<string>()

function isGenuine(headers: IncomingHttpHeaders, body: string): boolean {
  const [id, timestamp] = [String(headers['webhook-id']), Number(headers['webhook-timestamp'])]
  // A message that somebody has recorded is not worth anything for long.
  if (!(Math.abs(Date.now() / 1000 - timestamp) <= TOLERANCE_SECONDS)) return false
  const wanted = Buffer.from(
    `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  )
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => Buffer.from(signature))
    .some((given) => given.length === wanted.length && timingSafeEqual(given, wanted))
}

const server = createServer((request, response) => {
  void text(request).then((body) => {
    if (!isGenuine(request.headers, body)) {
      response.writeHead(401).end()
      return
    }
    const id = String(request.headers['webhook-id'])
    if (!seen.has(id)) {
      seen.add(id)
      const { type, data } = JSON.parse(body) as { type: string; data: { jobId: string } }
      console.log(`${type} ${data.jobId}`)
    }
    response.writeHead(204).end()
  })
})
server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
