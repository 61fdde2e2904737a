import { expect } from 'chai'
import { Listener } from '../../src/bootstrap/listener.js'

describe('Listener', () => {
  it('leaves no port open that was just about to open when it was stopped', async () => {
    const listener = new Listener('api', (_request, response) => void response.end('here'), {
      host: '127.0.0.1',
      port: 0,
      variable: 'PORT',
    })
    const started = listener.start()
    await listener.stop(new Promise(() => undefined))
    await started
    const url = listener.url ?? ''
    expect(url).to.match(/^http:/)
    const answer = await fetch(url).catch((error: unknown) => error)
    expect(answer).to.be.instanceOf(TypeError)
  })
})
