import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { buildOnce } from './support/role-process.js'
import { get, post, untilStatus, Workplace } from './support/workplace.js'

const zod = dirname(fileURLToPath(import.meta.resolve('zod/package.json')))

/** The user's own modules: TypeScript and JavaScript of both kinds, one with a dependency of its own folder. */
const MODULES = {
  'typed/double.ts': `
    import { defineJob, type JobContext } from 'job-server'
    import { z } from 'zod'
    enum Unit { Apples = 'apples' }
    export const double = defineJob({
      key: 'double', version: 1, params: z.object({ n: z.number() }),
      run: ({ n }, ctx: JobContext) => ({ n: n * 2, unit: Unit.Apples, attempt: ctx.attempt }),
    })`,
  'guide.ts': `
    import { jobRegistry } from './worker/registry';
    jobRegistry.register({
      key: 'my-job',
      version: 1,
      defaultMaxAttempts: 3,
      timeoutSeconds: 3600,
      concurrencyLimit: 5, // Max 5 concurrent executions
      run: async (params, ctx) => {
        ctx.logger.info('Job started', params)
        if (ctx.abortSignal.aborted) {
          throw new Error('Job cancelled')
        }
        await ctx.emitEvent('progress', { step: 'processing' })
        ctx.logger.info('Job completed')
      },
      onStart: async (ctx) => {},
      onEnd: async (ctx) => { await ctx.emitEvent('ended', { outcome: ctx.outcome }) },
    })`,
  'lent.ts': `
    import { defineJob } from 'job-server'
    import { z } from 'zod'
    export const lent = defineJob({ key: 'lent', version: 1, params: z.object({ n: z.number() }), run: ({ n }) => n + 1 })`,
  'lent.mjs': `
    import { jobRegistry } from './worker/registry.js'
    import * as z from 'zod/mini'
    jobRegistry.register({ key: 'lent.mjs', version: 1, params: z.object({}), run: () => 'lent' })`,
  'lent.cjs': `
    const { jobRegistry } = require('../mine/worker/registry')
    const { z } = require('zod')
    jobRegistry.register({ key: 'lent.cjs', version: 1, params: z.object({}), run: () => 'lent too' })`,
  'module.mjs': `
    import { jobRegistry, PermanentError } from 'job-server'
    jobRegistry.register({ key: 'mjs', version: 1, run: () => { throw new PermanentError('never again') } })`,
  'common.cjs': `
    const { jobRegistry, defineJob } = require('job-server')
    jobRegistry.register({ key: 'cjs', version: 1, run: async () => 'from cjs' })
    module.exports = [defineJob({ key: 'cjs.exported', version: 2, run: async () => 'exported' })]`,
  'by-default.mjs': `export default { key: 'plain', version: 1, run: () => 'no import at all' }`,
}

describe('JOB_DEFINITIONS', function () {
  this.timeout(90_000)
  let place: Workplace
  before(buildOnce)
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(place.path, 'mine', name)), { recursive: true })
      writeFileSync(join(place.path, 'mine', name), text)
    }
  }

  for (const from of ['build', 'sources'] as const) {
    it(`loads TypeScript and JavaScript from any folder, into the one registry of a server from the ${from}`, async () => {
      write(MODULES)
      mkdirSync(join(place.path, 'mine/typed/node_modules'))
      symlinkSync(zod, join(place.path, 'mine/typed/node_modules/zod'), 'dir')
      const names = Object.keys(MODULES)
      const paths = names.map((name, index) =>
        index % 2 === 0 ? `mine/${name}` : join(place.path, 'mine', name),
      )
      const server = place.run('server', { JOB_DEFINITIONS: paths.join(', ') }, from)
      const url = await server.ready()

      const run = async (definitionKey: string, params: object, status: string) => {
        const { body } = await post(`${url}/v1/jobs`, { definitionKey, params })
        return untilStatus(url, body['jobId'], status)
      }
      expect((await run('double', { n: 4 }, 'succeeded'))['result']).to.deep.equal({
        n: 8,
        unit: 'apples',
        attempt: 1,
      })
      expect((await run('cjs', {}, 'succeeded'))['result']).to.equal('from cjs')
      expect((await run('cjs.exported', {}, 'succeeded'))['definitionVersion']).to.equal(2)
      expect((await run('lent', { n: 4 }, 'succeeded'))['result']).to.equal(5)
      expect((await run('lent.mjs', {}, 'succeeded'))['result']).to.equal('lent')
      expect((await run('lent.cjs', {}, 'succeeded'))['result']).to.equal('lent too')
      expect((await run('plain', {}, 'succeeded'))['result']).to.equal('no import at all')
      expect(await run('mjs', {}, 'failed')).to.include({ attempts: 1, errorSummary: 'never again' })
      // Isolates load what comes with the server when it is asked for.
      const computed = await run('compute.math', { operation: 'sum', numbers: [1, 2] }, 'succeeded')
      expect(computed['result']).to.equal(3)
      const guided = await run('my-job', {}, 'succeeded')
      const { events } = await get<{ events: { eventType: string; payload: unknown }[] }>(
        `${url}/v1/jobs/${String(guided['jobId'])}/events`,
      )
      expect(events.map(({ eventType }) => eventType)).to.deep.equal([
        'queued',
        'started',
        'progress',
        'ended',
        'succeeded',
      ])

      const refused = await post(`${url}/v1/jobs`, { definitionKey: 'double', params: { n: 'four' } })
      expect(refused.status).to.equal(422)
      expect(refused.body['errors']).to.have.nested.property('[0].pointer', '/params/n')
      const { definitions } = await get<{ definitions: Record<string, unknown>[] }>(`${url}/v1/definitions`)
      const double = definitions.find(({ key }) => key === 'double')
      expect(double?.['paramsSchema']).to.have.nested.property('properties.n.type', 'number')
      expect(await server.stop()).to.equal(0)
    })
  }

  it('publishes them with register-definitions, for an API that has not loaded them', async () => {
    write(MODULES)
    const command = place.run('register-definitions', { JOB_DEFINITIONS: 'mine/by-default.mjs' })
    expect(await command.ended()).to.equal(0)
    expect(command.stdout).to.include('plain@1')
    const api = place.run('api')
    const url = await api.ready()
    const { status, body } = await post(`${url}/v1/jobs`, { definitionKey: 'plain' })
    expect(status).to.equal(201)
    const worker = place.run('worker', { JOB_DEFINITIONS: 'mine/by-default.mjs' })
    await worker.ready()
    await untilStatus(url, body['jobId'], 'succeeded')
  })

  const broken: Readonly<Record<string, readonly [string, RegExp]>> = {
    'is not there': ['mine/none.mjs', /there is no file \/.*\/mine\/none\.mjs/],
    'is a folder': ['mine', /there is no file \/.*\/mine/],
    'does not parse': ['mine/syntax.ts', /Transform failed|Unexpected/],
    throws: ['mine/throws.mjs', /no luck today/],
    'imports what is not installed': ['mine/missing.mjs', /not-installed-anywhere/],
    'takes the name of a built-in': ['mine/echo.mjs', /echo@1 is registered already/],
    'has a malformed definition': ['mine/malformed.mjs', /malformed: version must be an integer/],
    'defines nothing': ['mine/nothing.mjs', /neither registers nor exports a definition/],
  }
  for (const [what, [path, reason]] of Object.entries(broken)) {
    it(`stops the start with exit code 78 and one line when a module ${what}`, async () => {
      write({
        'syntax.ts': 'export const x: = {',
        'throws.mjs': 'throw new Error("no luck\\ntoday")',
        'missing.mjs': 'import "not-installed-anywhere"',
        'echo.mjs': 'export const mine = { key: "echo", version: 1, run: () => 1 }',
        'malformed.mjs': 'export const mine = { key: "mine", run: () => 1 }',
        'nothing.mjs': 'export const answer = 42',
      })
      const server = place.run('server', { JOB_DEFINITIONS: path })
      expect(await server.ended()).to.equal(78)
      expect(server.stderr).to.match(/^JOB_DEFINITIONS: cannot load [^\n]+\n$/)
      expect(server.stderr).to.include(path).and.match(reason)
    })
  }
})
