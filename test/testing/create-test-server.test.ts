import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { z } from 'zod'
import { defineJob, PermanentError, SnoozeError } from '../../src/index.js'
import { createTestServer } from '../../src/testing/index.js'

const HOUR_MS = 3_600_000

/** A rule such as people have: a charge is tried three times, and a card that was refused is not tried again. */
function charging(answers: readonly ('paid' | 'away' | 'refused')[]) {
  const asked: string[] = []
  const charge = defineJob({
    key: 'charge',
    version: 1,
    defaultMaxAttempts: 3,
    params: z.object({ order: z.string() }),
    run: async ({ order }, ctx) => {
      asked.push(order)
      ctx.logger.info('asks the bank')
      await ctx.progress(50)
      const answer = answers[asked.length - 1]
      if (answer === 'away') throw new Error('the bank is away')
      if (answer === 'refused') throw new PermanentError('the card was refused')
      return { receipt: `${order}-${asked.length}` }
    },
  })
  return { charge, asked }
}

const hanging = defineJob({ key: 'hang', version: 1, timeoutSeconds: 60, run: () => new Promise(() => {}) })

describe('a test server', () => {
  it('tests a rule of a job without a timer, a file, a socket, a process or a thread', async () => {
    const opened = new Set<string>()
    const here = new AsyncLocalStorage<boolean>()
    const hook = createHook({
      // What runs beside this test, such as the loader of TypeScript or what others have left, is not meant.
      init: (_id, kind) => {
        if (here.getStore() === true && /[/]src[/]/.test(new Error().stack ?? '')) opened.add(kind)
      },
    })
    const { charge } = charging(['away', 'paid'])
    hook.enable()
    try {
      await here.run(true, async () => {
        const server = await createTestServer({ definitions: [charge] })
        const { job } = await server.enqueue({ definitionKey: 'charge', params: { order: 'o1' } })
        await server.runUntilIdle()
        expect(await server.get(job.id)).to.include({ status: 'queued', attempts: 1 })
        await server.advance('1s')
        expect(await server.get(job.id)).to.deep.include({ status: 'succeeded', result: { receipt: 'o1-2' } })
      })
    } finally {
      hook.disable()
    }
    expect([...opened].filter((kind) => kind !== 'PROMISE')).to.deep.equal(['Immediate'])
  })

  it('tries again after the delays of the policy, to the millisecond, and not before', async () => {
    const { charge, asked } = charging(['away', 'away', 'paid'])
    const server = await createTestServer({ definitions: [charge], retryPolicy: { baseMs: 60_000 } })
    await server.enqueue({ definitionKey: 'charge', params: { order: 'o1' } })
    const after: number[] = []
    for (const ms of [0, 59_999, 1, 119_999, 1]) {
      await server.advance(ms)
      after.push(asked.length)
    }
    expect(after).to.deep.equal([1, 1, 2, 2, 3])
  })

  it('gives up for good what must not be tried again', async () => {
    const { charge, asked } = charging(['refused'])
    const server = await createTestServer({ definitions: [charge] })
    const { job } = await server.enqueue({ definitionKey: 'charge', params: { order: 'o1' } })
    expect(await server.waitFor(job.id)).to.include({
      status: 'failed',
      errorSummary: 'the card was refused',
    })
    await server.advance('30d')
    expect(asked).to.have.length(1)
    expect(await server.stores.queries.deadLetterOf(job.id)).to.include({ reason: 'permanent' })
  })

  it('runs what comes due on the way at its own time and in its order, jobs that jobs start included', async () => {
    const ran: string[] = []
    const step = defineJob({
      key: 'step',
      version: 1,
      run: async ({ name, then }: { name: string; then?: string }) => {
        ran.push(`${name} ${server.now.toISOString().slice(11, 16)}`)
        if (then !== undefined)
          await server.enqueue({ definitionKey: 'step', params: { name: then }, delaySeconds: 1_800 })
      },
    })
    const server = await createTestServer({ definitions: [step], now: new Date('2026-05-01T08:00:00Z') })
    const start = (name: string, delaySeconds: number, then?: string) =>
      server.enqueue({
        definitionKey: 'step',
        params: then === undefined ? { name } : { name, then },
        delaySeconds,
      })
    await start('late', 7_200)
    await start('early', 600, 'follower')
    await start('never', 7_201)
    await server.advance('2h')
    expect(ran).to.deep.equal(['early 08:10', 'follower 08:40', 'late 10:00'])
    expect(server.now.getTime()).to.equal(Date.parse('2026-05-01T10:00:00Z'))
  })

  it('times out a handler that never ends, and one that ends by its signal', async () => {
    const polite = defineJob({
      key: 'polite',
      version: 1,
      timeoutSeconds: 7_200,
      run: (_params, ctx) =>
        new Promise((_, reject) => {
          ctx.abortSignal.addEventListener('abort', () => {
            reject(new Error('stopped'))
          })
        }),
    })
    const server = await createTestServer({ definitions: [hanging, polite] })
    const jobs = await Promise.all(
      ['hang', 'polite'].map((definitionKey) => server.enqueue({ definitionKey, maxAttempts: 1 })),
    )
    const states = async () => Promise.all(jobs.map(async ({ job }) => (await server.get(job.id))?.status))
    await server.runUntilIdle()
    expect(await states()).to.deep.equal(['running', 'running'])
    await server.advance('1h')
    expect(await states()).to.deep.equal(['failed', 'running'])
    await server.advance(HOUR_MS)
    expect(await states()).to.deep.equal(['failed', 'failed'])
    expect(await server.get(jobs[1]!.job.id)).to.include({ errorSummary: 'timed out after 7200 s' })
  })

  it('cancels what runs, and what waits', async () => {
    const server = await createTestServer({ definitions: [hanging] })
    const [running, waiting] = await Promise.all([
      server.enqueue({ definitionKey: 'hang' }),
      server.enqueue({ definitionKey: 'hang', delaySeconds: 60 }),
    ])
    await server.runUntilIdle()
    expect((await server.cancel(waiting.job.id)).outcome).to.equal('cancelled')
    expect((await server.cancel(running.job.id)).outcome).to.equal('cancelling')
    await server.advance('5s')
    expect((await server.get(running.job.id))?.status).to.equal('cancelled')
  })

  it('waits for work of a handler that really goes on in this process, however far time is moved', async () => {
    const real = defineJob({
      key: 'real',
      version: 1,
      timeoutSeconds: 1,
      run: async () => {
        await sleep(20)
        return (await readFile(new URL(import.meta.url), 'utf8')).length > 0
      },
    })
    const server = await createTestServer({ definitions: [real] })
    const { job } = await server.enqueue({ definitionKey: 'real', delaySeconds: 60 })
    await server.advance('2h')
    expect(await server.get(job.id)).to.include({ status: 'succeeded', result: true })
  })

  it('is not kept waiting by what an earlier job has left open', async () => {
    let left: NodeJS.Timeout | undefined
    const leaving = defineJob({
      key: 'leaving',
      version: 1,
      run: () => void (left = setInterval(() => undefined, 60_000)),
    })
    const server = await createTestServer({ definitions: [leaving, hanging], patienceMs: 500 })
    try {
      await server.enqueue({ definitionKey: 'leaving' })
      await server.runUntilIdle()
      const { job } = await server.enqueue({ definitionKey: 'hang' })
      await server.runUntilIdle()
      expect(await server.get(job.id)).to.include({ status: 'running' })
    } finally {
      clearInterval(left)
    }
  })

  it('gives up with the names of what is open when a handler waits for it in vain', async () => {
    // More than what tests before this one may have left, and close meanwhile.
    let left: NodeJS.Timeout[] = []
    const waiting = defineJob({
      key: 'waiting',
      version: 1,
      run: () => {
        left = Array.from({ length: 50 }, () => setInterval(() => undefined, 60_000))
        return new Promise(() => undefined)
      },
    })
    const server = await createTestServer({ definitions: [waiting], patienceMs: 20 })
    await server.enqueue({ definitionKey: 'waiting' })
    try {
      const error = await server.runUntilIdle().catch(String)
      expect(error).to.match(/a job goes on after 20 ms of real time, and open are: .*\d+ Timeout/)
    } finally {
      left.forEach(clearInterval)
    }
  })

  it('holds a limit, runs the others one after the other, and lets a snoozed job wait', async () => {
    let [now, most, runs] = [0, 0, 0]
    const limited = defineJob({
      key: 'limited',
      version: 1,
      concurrencyLimit: 2,
      run: async () => {
        const mine = (runs += 1)
        most = Math.max(most, (now += 1))
        await Promise.resolve()
        now -= 1
        if (mine === 1) throw new SnoozeError(90)
      },
    })
    const server = await createTestServer({ definitions: [limited] })
    await server.enqueueMany(Array.from({ length: 25 }, () => ({ definitionKey: 'limited' })))
    await server.runUntilIdle()
    expect([most, runs]).to.deep.equal([2, 25])
    await server.advance('1m 30s')
    expect(runs).to.equal(26)
  })

  it('keeps the log of a run, and makes a callback a job that waits', async () => {
    const talk = defineJob({ key: 'talk', version: 1, run: (_params, ctx) => ctx.logger.info('said') })
    const server = await createTestServer({ definitions: [talk] })
    const { job } = await server.enqueue({ definitionKey: 'talk', callback: { url: 'https://example.com/' } })
    await server.waitFor(job.id)
    const page = await server.stores.queries.logs(job.id, { after: 0, limit: 10 })
    expect(page?.lines.map(({ message }) => message)).to.deep.equal(['said'])
    const { jobs } = await server.stores.queries.list(
      { definitionKey: 'callback.deliver' },
      { limit: 1, offset: 0 },
    )
    expect(jobs.map(({ job: { status } }) => status)).to.deep.equal(['queued'])
  })

  it('refuses a schedule that cannot be, and fires none', async () => {
    let runs = 0
    const hourly = (cron: string) =>
      defineJob({ key: 'hourly', version: 1, schedules: [{ name: 'hourly', cron }], run: () => (runs += 1) })
    const server = await createTestServer({ definitions: [hourly('0 * * * *')] })
    await server.advance('1d')
    expect(runs).to.equal(0)
    const refused = await createTestServer({ definitions: [hourly('99 * * * *')] }).catch(String)
    expect(refused).to.match(/hourly@1 cannot declare the schedule hourly: cron .*99/)
    // Its jobs would get a text.
    const dated = defineJob({
      key: 'dated',
      version: 1,
      params: z.object({ at: z.date() }),
      schedules: [{ name: 'dated', cron: '@daily', params: { at: new Date(0) } }],
      run: () => 1,
    })
    expect(await createTestServer({ definitions: [dated] }).catch(String)).to.match(
      /dated: params\/at .*date/,
    )
  })

  it('is the same in every run', async () => {
    const once = async (): Promise<unknown> => {
      const { charge } = charging(['away', 'away', 'away'])
      const server = await createTestServer({ definitions: [charge] })
      const { job } = await server.enqueue({ definitionKey: 'charge', params: { order: 'o1' } })
      await server.advance('1h')
      return [await server.get(job.id), await server.events(job.id)]
    }
    expect(await once()).to.deep.equal(await once())
  })

  it('refuses what is no duration, no option, no job; and says what is not final without time', async () => {
    const server = await createTestServer({ definitions: [hanging] })
    for (const wrong of ['', '2 hours', '-1s', '1h!', Number.NaN, -5, null])
      expect(await server.advance(wrong as never).catch((error: unknown) => String(error))).to.match(
        /^TypeError: a duration is a number of milliseconds or a text such as "2h"/,
      )
    expect(await createTestServer({ slots: 0 }).catch((error: unknown) => String(error))).to.include(
      'worker.slots: got 0, takes an integer',
    )
    const { job } = await server.enqueue({ definitionKey: 'hang' })
    expect(await server.waitFor(job.id).catch((error: unknown) => error)).to.have.property(
      'name',
      'TimeoutError',
    )
    expect(await server.waitFor('none').catch((error: unknown) => error)).to.have.property(
      'code',
      'job-not-found',
    )
  })
})
