import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import {
  createJobServer,
  defineJob,
  type JobServer,
  type JobServerError,
  type JobServerOptions,
} from '../../src/index.js'
import { tempDir } from '../e2e/support/temp-dir.js'

const double = defineJob({
  key: 'double',
  version: 1,
  params: z.object({ n: z.number() }),
  run: ({ n }) => ({ doubled: n * 2 }),
})

for (const kind of ['memory', 'sqlite'] as const) {
  describe(`the client of an embedded server over ${kind}`, () => {
    const folder = tempDir()
    const servers: JobServer[] = []
    const create = async (options: JobServerOptions): Promise<JobServer> => {
      const database = kind === 'memory' ? 'memory' : `sqlite:${join(folder.path, `${servers.length}.db`)}`
      const server = await createJobServer({ database, worker: false, ...options })
      servers.push(server)
      return server
    }
    after(async () => {
      await Promise.all(servers.map((server) => server.stop()))
      folder.remove()
    })

    it('takes jobs of a definition with its params, in its version, and with what else is said', async () => {
      const server = await create({ definitions: [double, { ...double, version: 2 }] })
      await server.start()
      const { job } = await server.enqueue(double, { n: 1 }, { priority: 3, idempotencyKey: 'once' })
      expect(job).to.deep.include({ definitionVersion: 1, params: { n: 1 }, priority: 3 })
      const again = await server.enqueue(double, { n: 1 }, { priority: 3, idempotencyKey: 'once' })
      expect(again).to.deep.include({ duplicate: true })
      const refused = (error: unknown): unknown => (error as JobServerError).code
      expect(await server.enqueue(double, { n: 'x' } as never).catch(refused)).to.equal('params-invalid')
      expect(await server.enqueue(undefined as never).catch(refused)).to.equal('validation-error')
    })

    it('refuses everything once it stops, whoever waits for a job included', async () => {
      const server = await create({ definitions: [double] })
      await server.start()
      const { job } = await server.enqueue(double, { n: 1 })
      const said = (error: unknown): string => (error as Error).message
      const waiting = server.waitFor(job.id).catch(said)
      await server.stop()
      const answers = await Promise.all([
        waiting,
        ...[server.get(job.id), server.cancel(job.id), server.events(job.id), server.waitFor(job.id)].map(
          (answer) => (answer as Promise<unknown>).catch(said),
        ),
        server.enqueueMany([]).catch(said),
      ])
      expect(new Set(answers)).to.deep.equal(new Set(['this job server was stopped; make another one']))
    })
  })
}
