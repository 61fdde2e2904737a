import { expect } from 'chai'
import { createJobServer, defineJob, silentLogger, type Notifier } from '../../src/index.js'

/** As brokers answer once their connection is closed. */
function closed(): never {
  throw new Error('the connection is closed')
}

describe('a notifier of the embedding program', () => {
  const work = defineJob({ key: 'work', version: 1, concurrencyLimit: 1, run: () => 'done' })
  for (const [kind, hint] of [
    ['throws', closed],
    ['answers a promise that is rejected', async () => Promise.resolve().then(closed)],
  ] as const)
    it(`that ${kind} costs no job, no end and no stop, and is told of once`, async () => {
      const told: unknown[] = []
      const logger = {
        ...silentLogger,
        error: (...line: unknown[]) => void told.push(line),
        warn: (...line: unknown[]) => void told.push(line),
        child: () => logger,
      }
      const notifier: Notifier = {
        hint: () => hint() as never,
        subscribe: () => () => undefined,
        isProven: () => true,
      }
      const server = await createJobServer({ definitions: [work], notifier, logger })
      await server.start()
      for (let jobs = 0; jobs < 3; jobs += 1) {
        const { job } = await server.enqueue(work, {})
        expect(await server.waitFor(job.id, { timeoutMs: 5_000 })).to.include({ result: 'done' })
      }
      const stopsAt = performance.now()
      await server.stop()
      expect(performance.now() - stopsAt).to.be.lessThan(2_000)
      expect(told.length, JSON.stringify(told)).to.equal(1)
      expect(JSON.stringify(told)).to.include('the notifier failed').and.include('the connection is closed')
    })
})
