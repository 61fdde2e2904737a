import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import {
  createJobServer,
  defineJob,
  type Accepted,
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

    it('refuses a page of events that no database can be asked for', async () => {
      const server = await create({ definitions: [double] })
      await server.start()
      const { job } = await server.enqueue(double, { n: 1 })
      expect(await server.events(job.id, { after: undefined, limit: 1 })).to.have.length(1)
      const refused = async (page: object): Promise<unknown> =>
        await server.events(job.id, page).catch((error: unknown) => {
          const { code, message } = error as JobServerError
          return `${code} ${message}`
        })
      for (const after of [2 ** 40, 0.5, -1, NaN, '1', null])
        expect(await refused({ after })).to.match(
          /^validation-error the page of events is not valid: after: /,
        )
      for (const limit of [0.5, -1, 0, NaN, Infinity])
        expect(await refused({ limit })).to.match(
          /^validation-error the page of events is not valid: limit: /,
        )
    })

    it('takes params as they are at the call and as JSON says them, over every database', async () => {
      const seen: unknown[] = []
      const see = defineJob({ key: 'see', version: 1, run: (params: object) => void seen.push(params) })
      const server = await create({ definitions: [see], worker: {} })
      await server.start()
      const params = { n: 0, at: new Date(0), gone: undefined, names: new Map([[1, 2]]), call: () => 1 }
      const accepted: Promise<Accepted>[] = [server.enqueue(see, params)]
      params.n = 1
      accepted.push(server.enqueue(see, params))
      params.n = 2
      for (const { job } of await Promise.all(accepted)) await server.waitFor(job.id)
      const at = '1970-01-01T00:00:00.000Z'
      expect(seen).to.have.deep.members([
        { n: 0, at, names: {} },
        { n: 1, at, names: {} },
      ])
    })

    it('checks params as handlers will get them', async () => {
      const dated = defineJob({ key: 'dated', version: 1, params: z.object({ at: z.date() }), run: () => 1 })
      const server = await create({ definitions: [dated] })
      await server.start()
      const refused = (error: unknown): unknown => (error as JobServerError).details.flaws?.[0]?.pointer
      expect(await server.enqueue(dated, { at: new Date(0) }).catch(refused)).to.equal('/params/at')
    })

    it('refuses params that are no JSON, and nothing that was asked for at the same time', async () => {
      const server = await create({ definitions: [double] })
      await server.start()
      const throws = { toJSON: () => JSON.parse('') as unknown }
      for (const wrong of [{ n: 1n }, { n: 1, throws }, { n: NaN }, { n: '\u0000' }]) {
        const answers = await Promise.allSettled([
          server.enqueue(double, { n: 1 }),
          server.enqueue(double, wrong as never),
          server.enqueue(double, { n: 2 }),
        ])
        expect(answers.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
        const { reason } = answers[1] as { readonly reason: JobServerError }
        expect(reason).to.include({ code: 'params-invalid' })
        const [, inMany] = await server.enqueueMany([
          { definitionKey: 'double', params: { n: 1 } },
          { definitionKey: 'double', params: wrong },
        ])
        expect(inMany).to.have.nested.property('error.message', reason.message)
      }
    })

    it('knows a job by its id in capitals', async () => {
      const server = await create({ definitions: [double] })
      await server.start()
      const { job } = await server.enqueue(double, { n: 1 })
      const id = job.id.toUpperCase()
      expect((await server.get(id))?.id).to.equal(job.id)
      expect(await server.events(id)).to.have.length(1)
      expect((await server.cancel(id)).outcome).to.equal('cancelled')
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
