import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createSandbox } from 'sinon'
import { createJobServer } from '../../src/bootstrap/create-job-server.js'
import { silentLogger } from '../../src/application/ports/logger.js'
import { defineJob } from '../../src/index.js'

const waits = defineJob({
  key: 'waits',
  version: 1,
  run: (_params, { abortSignal }) =>
    new Promise((resolve) => {
      abortSignal.addEventListener('abort', () => {
        resolve(null)
      })
    }),
})

describe('an embedded server tells its host', () => {
  const sandbox = createSandbox()
  afterEach(() => {
    sandbox.restore()
  })

  it('that it has to be started, when it is asked for a job of its own before', async () => {
    const server = await createJobServer({ database: 'memory', definitions: [waits], logger: silentLogger })
    try {
      const refused = await server.enqueue({ definitionKey: 'waits' }).catch((error: unknown) => error)
      expect(refused).to.include({ code: 'unknown-definition' })
      expect((refused as Error).message).to.match(
        /^waits is not a published definition; .*await start\(\) first$/,
      )
      const [answer] = await server.enqueueMany([{ definitionKey: 'waits' }])
      expect(answer).to.have.nested.property('error.message').that.includes('await start() first')
      await server.start()
      const unknown = await server.enqueue({ definitionKey: 'none' }).catch((error: unknown) => error)
      expect((unknown as Error).message).to.equal('none is not a published definition')
    } finally {
      await server.stop()
    }
  })

  it('what went wrong, on stderr, unless it is given a logger', async () => {
    const lines: string[] = []
    sandbox.stub(process.stderr, 'write').callsFake((line) => lines.push(String(line)) > 0)
    const server = await createJobServer({ database: 'memory', definitions: [waits] })
    const handle = server.callback()
    // As behind a parser of bodies.
    const host = createServer((request, response) => {
      request.resume().once('end', () => handle(request, response))
    })
    try {
      await server.start()
      await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
      const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/v1/jobs`
      const headers = { 'Content-Type': 'application/json' }
      expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).to.equal(500)
    } finally {
      host.close()
      host.closeAllConnections()
      await server.stop()
      sandbox.restore()
    }
    expect(lines.join('')).to.match(
      /error a request failed .*mount the job server ahead of every body parser/,
    )
    expect(lines.join('')).to.not.match(/ info /)
  })
})
