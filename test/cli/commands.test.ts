import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createJobServer, type JobServer } from '../../src/bootstrap/create-job-server.js'
import { PermanentError } from '../../src/domain/handler-signals.js'
import type { JobContext } from '../../src/domain/job-definition.js'
import { jobServer } from './terminal.js'

const inline = { version: 1, isolation: 'inline' } as const

const untilAborted = (_params: unknown, { abortSignal }: JobContext): Promise<void> =>
  new Promise((_resolve, reject) => {
    abortSignal.addEventListener('abort', () => reject(new Error('aborted')))
  })

const steps = async (params: { n?: number }, ctx: JobContext): Promise<unknown> => {
  ctx.logger.info('at work', { n: params.n })
  await ctx.progress(50, 'half')
  await ctx.progress(100, 'done')
  return params
}

/** What no terminal should obey, and no bar can show. */
const odd = async (_params: unknown, ctx: JobContext): Promise<void> => {
  ctx.logger.info('\u001b]0;title\u0007 said')
  await ctx.emitEvent('progress', { progress: 150, step: '\u001b[2J' })
  await ctx.emitEvent('progress', { progress: -50 })
}

describe('the command line', () => {
  let server: JobServer
  let env: Record<string, string>
  /** Where nobody listens. */
  let nowhere: string
  before(async () => {
    server = await createJobServer({
      database: 'memory',
      http: { port: 0 },
      definitions: [
        { ...inline, key: 'steps', run: steps },
        { ...inline, key: 'endless', run: untilAborted },
        { ...inline, key: 'odd', run: odd },
        { ...inline, key: 'hopeless', run: () => Promise.reject(new PermanentError('no way')) },
      ],
    })
    await server.start()
    env = { JOB_SERVER_URL: server.url ?? '' }
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    nowhere = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`
    closed.close()
  })
  after(() => server.stop())

  const run = (...args: string[]) => jobServer(args, { env })
  const json = async (...args: string[]): Promise<any> => JSON.parse((await run(...args, '-o', 'json')).out)

  describe('ends with an exit code that says how it went:', () => {
    const cancelled = async (): Promise<number> => {
      const { jobId } = await json('enqueue', 'endless')
      setTimeout(() => void run('jobs', 'cancel', jobId), 100)
      return (await run('jobs', 'watch', jobId)).code
    }
    const table: [code: number, what: string, () => Promise<number>][] = [
      [0, 'the job succeeded', async () => (await run('enqueue', 'steps', '--wait')).code],
      [0, 'the job was accepted', async () => (await run('enqueue', 'hopeless')).code],
      [1, 'the job failed', async () => (await run('enqueue', 'hopeless', '--follow')).code],
      [1, 'there is no such definition', async () => (await run('enqueue', 'step')).code],
      [1, 'there is no such job', async () => (await run('jobs', 'get', server.url!.slice(0, 4))).code],
      [2, 'no command', async () => (await run()).code],
      [2, 'an unknown command', async () => (await run('jbos')).code],
      [2, 'an unknown option', async () => (await run('jobs', 'list', '--lmit', '3')).code],
      [2, 'an argument is missing', async () => (await run('enqueue')).code],
      [2, 'a param is none', async () => (await run('enqueue', 'steps', '-p', 'n')).code],
      [2, 'params are no object', async () => (await run('enqueue', 'steps', '--params', '[1]')).code],
      [2, 'nothing says which dead letters', async () => (await run('dlq', 'discard')).code],
      [2, 'a format is unknown', async () => (await run('workers', '-o', 'yaml')).code],
      [2, 'an address is none', async () => (await run('workers', '--url', 'not a url')).code],
      [3, 'nobody listens', async () => (await run('workers', '--url', nowhere)).code],
      [4, 'the job was cancelled', cancelled],
      [
        5,
        'the wait took too long',
        async () => (await run('enqueue', 'endless', '--wait', '--timeout', '0.05')).code,
      ],
      [
        5,
        'the events took too long',
        async () => (await run('enqueue', 'endless', '--follow', '--timeout', '0.05')).code,
      ],
      [0, 'help', async () => (await run('--help')).code],
    ]
    for (const [code, what, ended] of table) {
      it(`${code}: ${what}`, async () => expect(await ended()).to.equal(code)).timeout(20_000)
    }
  })

  it('shows what a job does and how it ended, the answer alone on standard output', async () => {
    const { out, err } = await run(
      'enqueue',
      'steps',
      '-p',
      'n=3',
      '-p',
      'text=a b',
      '--follow',
      '-o',
      'json',
    )
    expect(JSON.parse(out)).to.deep.include({ status: 'succeeded', result: { n: 3, text: 'a b' } })
    const types = [...err.matchAll(/^\d\d:\d\d:\d\d {2}(\w+)/gm)].map(([, type]) => type)
    expect(types.filter((type) => type !== 'progress')).to.deep.equal(['queued', 'started', 'succeeded'])
    expect(err).to.include('progress  {"step":"done","progress":100}')
  })

  it('writes events and the job as lines of JSON', async () => {
    const lines = (await run('enqueue', 'steps', '--follow', '-o', 'jsonl')).out.trim().split('\n')
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(parsed[0]).to.include({ eventType: 'queued', id: 1 })
    expect(parsed.at(-1)).to.include({ status: 'succeeded' })
  })

  it('draws a bar and colours on a terminal only', async () => {
    const args = ['enqueue', 'steps', '--follow']
    const seen = await jobServer(args, { env, isTerminal: true })
    expect(seen.err).to.include('\r\u001b[K[##############################] 100% done')
    expect(seen.out).to.include('\u001b[32msucceeded\u001b[0m')
    const plain = await jobServer(args, { env: { ...env, NO_COLOR: '1' }, isTerminal: true })
    expect(plain.out).to.include('succeeded').and.not.include('\u001b')
    const piped = await run(...args)
    expect(piped.out + piped.err).to.not.include('\u001b')
  })

  it('shows what handlers say without obeying it', async () => {
    const seen = await jobServer(['enqueue', 'odd', '--follow', '-o', 'json'], { env, isTerminal: true })
    expect(seen.code).to.equal(0)
    expect(seen.err).to.include('150% [2J').and.include('-50%').and.not.include('\u001b[2J')
    const { jobId } = JSON.parse(seen.out) as { jobId: string }
    expect((await run('jobs', 'logs', jobId)).out)
      .to.include(']0;title said')
      .and.not.include('\u001b')
  })

  it('waits for longer than a timer can', async () => {
    expect((await run('enqueue', 'steps', '--follow', '--timeout', '3000000')).code).to.equal(0)
  })

  it('takes params from standard input, single ones laid over them', async () => {
    const { out } = await jobServer(
      ['enqueue', 'steps', '--params', '-', '-p', 'n=2', '--wait', '-o', 'json'],
      { env, input: '{"n": 1, "deep": {"x": true}}' },
    )
    expect(JSON.parse(out)).to.deep.include({ result: { n: 2, deep: { x: true } } })
  })

  it('asks whether something similar was meant', async () => {
    expect((await run('enqueue', 'setps')).err).to.include('Did you mean steps?')
    expect((await run('enqueue', 'something-else')).err).to.not.include('Did you mean')
    expect((await run('wokers')).err).to.match(/Did you mean workers\?/)
    expect((await run('jobs', 'lits')).err).to.match(/Did you mean list\?/)
    expect((await run('jobs', 'list', '--lmit', '3')).err).to.match(/Did you mean --limit\?/)
  })

  it('says what is wrong, where, and what to do', async () => {
    const flawed = await run('enqueue', 'steps', '--priority', '99999999999')
    expect(flawed.err).to.match(/^error: The request does not fit its schema.*\n {2}\/priority: /)
    const away = await run('workers', '--url', nowhere)
    expect(away.err).to.match(/ECONNREFUSED.*\nIs a job server running at http:\/\/127\.0\.0\.1:\d+\?.*--url/)
    expect((await run('jobs', 'list', '--limit', 'x')).err).to.include('takes an integer')
  }).timeout(10_000)

  it('lists jobs as a table, as one document and as lines', async () => {
    const table = (await run('jobs', 'list', '--definition-key', 'steps', '--limit', '2')).out
      .trim()
      .split('\n')
    expect(table[0]).to.match(/^JOB +DEFINITION +STATUS +ATTEMPTS +QUEUED +ERROR$/)
    expect(table).to.have.length(3)
    await run('enqueue', 'hopeless', '--wait')
    const page = await json('jobs', 'list', '--status', 'failed')
    expect(page.jobs[0]).to.include({ status: 'failed', errorSummary: 'no way' })
    const { out } = await run('jobs', 'list', '--limit', '3', '-o', 'jsonl')
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => Object.keys(JSON.parse(line) as object)[0]),
    ).to.deep.equal(Array(3).fill('jobId'))
    expect((await run('jobs', 'list', '--limit', '1')).err).to.match(/1 of \d+; the next: --cursor \S+/)
    expect(await run('jobs', 'list', '-q', 'nothing-has-this')).to.deep.equal({
      code: 0,
      out: '',
      err: 'none\n',
    })
  })

  it('shows the logs of a job, and follows them to its end', async () => {
    const { jobId } = await json('enqueue', 'steps', '-p', 'n=7', '--wait')
    expect((await run('jobs', 'logs', jobId, '--follow')).out).to.match(
      / run 1 {2}info {3}at work {2}\{"n":7\}\n/,
    )
    const [line] = (await run('jobs', 'logs', jobId, '-o', 'jsonl')).out.split('\n')
    expect(JSON.parse(line ?? '')).to.include({ message: 'at work' })
  })

  it('cancels every job that it is told of, and says which could not be', async () => {
    const { jobId: over } = await json('enqueue', 'steps', '--wait')
    const [one, two] = [await json('enqueue', 'endless'), await json('enqueue', 'endless')]
    const none = '00000000-0000-4000-8000-000000000000'
    const { code, out, err } = await run(
      'jobs',
      'cancel',
      one.jobId,
      over,
      none,
      'x',
      two.jobId,
      '-o',
      'jsonl',
    )
    expect(out.match(/"jobId":"[^"]+"/g)).to.deep.equal([`"jobId":"${one.jobId}"`, `"jobId":"${two.jobId}"`])
    expect(err.match(/^error: \S+/gm)).to.deep.equal([`error: ${over}:`, `error: ${none}:`, 'error: x:'])
    expect(code).to.equal(1)
  })

  it('explains why a job does not run', async () => {
    const { jobId } = await json('enqueue', 'steps', '--delay-seconds', '3600')
    expect((await run('jobs', 'explain', jobId)).out).to.match(/^REASON +MESSAGE\nscheduled +\S/)
    await run('jobs', 'cancel', jobId)
  })

  it('retries and discards dead letters, once', async () => {
    await run('enqueue', 'hopeless', '--wait')
    const { jobs } = await json('dlq', 'list', '--error-contains', 'no way')
    const { dlqJobId } = jobs[0]
    expect((await json('dlq', 'show', dlqJobId)).attemptErrors).to.have.length(1)
    expect((await json('dlq', 'retry', dlqJobId, '--max-attempts', '1')).status).to.equal('queued')
    const again = await run('dlq', 'retry', dlqJobId)
    expect(again).to.include({ code: 1, out: '' })
    await run('enqueue', 'hopeless', '--wait')
    const [other] = (await json('dlq', 'list')).jobs
    expect((await json('dlq', 'retry', '--error-contains', 'another', other.dlqJobId)).done).to.equal(0)
    const counted = await json('dlq', 'retry', '--definition-key', 'hopeless', '--dry-run')
    expect(counted.matched).to.be.greaterThan(0)
    expect(counted.done).to.equal(0)
    expect((await json('dlq', 'discard', dlqJobId)).done).to.equal(1)
    expect((await json('dlq', 'discard', '--all')).done).to.be.greaterThan(0)
  })

  it('pauses a definition, and shows workers and figures', async () => {
    await run('definitions', 'pause', 'steps')
    expect((await run('definitions', 'list')).out).to.match(/^steps@1 .* yes$/m)
    await run('definitions', 'resume', 'steps')
    expect((await run('definitions', 'list')).out).to.match(/^steps@1 .* no$/m)
    expect((await run('workers')).out).to.match(/^WORKER +HOST/)
    expect((await run('metrics')).out).to.match(/^succeeded +\d+$/m)
    expect((await json('metrics')).summary.byStatus).to.have.property('failed')
  })

  it('sends its key, and says how to give one', async () => {
    const closed = await createJobServer({
      database: 'memory',
      http: { port: 0 },
      worker: false,
      apiKeys: 'secret:read',
    })
    await closed.start()
    try {
      const url = ['--url', closed.url ?? '']
      const refused = await jobServer(['workers', ...url])
      expect(refused).to.include({ code: 1 })
      expect(refused.err).to.include('JOB_SERVER_API_KEY')
      expect((await jobServer(['workers', ...url], { env: { JOB_SERVER_API_KEY: 'secret' } })).code).to.equal(
        0,
      )
    } finally {
      await closed.stop()
    }
  })
})
