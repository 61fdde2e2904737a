import { expect } from './expect.js'
import { attemptEnd, type AttemptRecord } from '../../src/domain/attempt.js'
import type { ActiveJob } from '../../src/domain/job.js'
import { outcomeOf } from '../support/factories.js'
import type { Case, World } from './world.js'

const USAGE = { cpuMs: 5_000_000_000, maxRssBytes: 96 * 1024 ** 3 }

export function attemptsContract(promise: Case): void {
  promise('are none before a job has run, and null for a job that is not there', async (world) => {
    await world.publish({})
    const [id = ''] = await world.insert({})
    expect(await world.stores.queries.attempts(id, 1_000)).to.deep.equal([])
    expect(await world.stores.queries.attempts(world.newId(), 1_000)).to.equal(null)
  })

  promise('show the run that is under way, whether or not its end was asked for', async (world) => {
    const job = await world.running()
    const underWay = {
      run: 1,
      attempt: 1,
      workerName: 'worker-1',
      startedAt: world.now,
      endedAt: null,
      outcome: null,
      error: null,
      exitCode: null,
      signal: null,
      usage: null,
    }
    expect(await attempts(world, job)).to.deep.equal([underWay])
    await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
    expect(await attempts(world, job)).to.deep.equal([underWay])
  })

  promise('keep what a success cost', async (world) => {
    for (const usage of [null, USAGE]) {
      const job = await world.running()
      const startedAt = world.now
      world.clock.advance(1_234)
      const attempt = attemptEnd(job, 'succeeded', null, { usage })
      await world.settle(job, { ...outcomeOf.succeeded(job), attempt })
      expect(await attempts(world, job)).to.deep.equal([
        { run: 1, workerName: 'worker-1', startedAt, endedAt: world.now, ...attempt },
      ])
    }
  })

  promise('keep what each success of a batch cost: none, all the same, some, each its own', async (world) => {
    const other = { cpuMs: 0, maxRssBytes: 1 }
    await world.publish({})
    const worker = await world.worker()
    for (const usages of [
      [null, null, null],
      [USAGE, USAGE, USAGE],
      [USAGE, null, USAGE],
      [null, other, USAGE],
    ]) {
      await world.insert(...usages.map(() => ({})))
      const jobs = await world.claim(worker, usages.length)
      const settlements = jobs.map((job, index) => {
        const attempt = attemptEnd(job, 'succeeded', null, { usage: usages[index] ?? null })
        return { lease: job.lease, outcome: { ...outcomeOf.succeeded(job), attempt } }
      })
      await world.stores.jobs.settle(settlements, world.now)
      const kept = await Promise.all(jobs.map(async (job) => (await attempts(world, job))[0]?.usage))
      expect(kept).to.deep.equal(usages)
    }
  })

  promise('keep every run, in order, each with its own end, worker, times and figures', async (world) => {
    const first = await world.running({ maxAttempts: 3 })
    const ends: AttemptRecord[] = []
    let job = first
    const facts = [
      ['crashed', 'gone', { exitCode: 3, usage: USAGE }],
      ['interrupted', null, {}],
      ['oom', 'too much', { signal: 'SIGKILL', usage: { cpuMs: 0, maxRssBytes: 1 } }],
    ] as const
    for (const [outcome, message, known] of facts) {
      const startedAt = world.now
      world.clock.advance(10)
      const attempt = attemptEnd(job, outcome, message, known)
      const attempts = outcome === 'interrupted' ? job.attempts - 1 : job.attempts
      await world.settle(job, { ...outcomeOf.requeued(job, world.now), attempts, attempt })
      ends.push({ run: job.run, workerName: job.workerName, startedAt, endedAt: world.now, ...attempt })
      world.clock.advance(10)
      const name = `worker-${job.run + 1}`
      const [next] = await world.claim(await world.worker({ name }), 1)
      if (next === undefined) throw new Error('the job was not claimed again')
      job = next
    }
    expect((await attempts(world, job)).slice(0, -1)).to.deep.equal(ends)
    const last = attemptEnd(job, 'error', 'no', { stack: 'Error: no\n    at é.js' })
    await world.settle(job, { ...outcomeOf.dead(job, world.newId()), attempt: last })
    ends.push({ run: 4, workerName: 'worker-4', startedAt: world.now, endedAt: world.now, ...last })
    expect(await attempts(world, job)).to.deep.equal(ends)
    expect(ends.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 2, 3])
  })

  promise(
    'end with a success after failures, and with a cancellation while queued without one',
    async (world) => {
      const retried = async (): Promise<ActiveJob> => {
        const job = await world.running()
        await world.settle(job, outcomeOf.requeued(job, world.now))
        return job
      }
      const succeeding = await retried()
      const [again] = await world.claim(await world.worker(), 1)
      if (again === undefined) throw new Error('the job was not claimed again')
      await world.settle(again, outcomeOf.succeeded(again))
      expect(await outcomes(world, succeeding)).to.deep.equal(['error', 'succeeded'])

      const cancelled = await retried()
      await world.stores.jobs.requestCancel([cancelled.id], world.now, world.newId)
      expect(await outcomes(world, cancelled)).to.deep.equal(['error'])
    },
  )

  promise('are the latest, where there are more than were asked for', async (world) => {
    let job = await world.running()
    const latest = async (limit: number): Promise<number[]> =>
      ((await world.stores.queries.attempts(job.id, limit)) ?? []).map(({ run }) => run)
    for (let run = 2; run <= 4; run += 1) {
      await world.settle(job, { ...outcomeOf.requeued(job, world.now), attempts: 0 })
      expect(await latest(1)).to.deep.equal([run - 1])
      const [next] = await world.claim(job.lease.incarnation)
      if (next === undefined) throw new Error('nothing was claimed')
      job = next
    }
    expect(await latest(2)).to.deep.equal([3, 4])
    await world.succeed(job)
    expect(await latest(3)).to.deep.equal([2, 3, 4])
    expect(await latest(9)).to.deep.equal([1, 2, 3, 4])
  })

  promise('are not written when the settle was refused', async (world) => {
    const job = await world.running()
    await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
    expect(await world.settle(job, outcomeOf.requeued(job, world.now))).to.equal('cancelling')
    const impossible = { ...outcomeOf.cancelled(job), attempts: job.maxAttempts + 1 }
    expect(await world.settle(job, impossible)).to.equal('rejected')
    expect(await outcomes(world, job)).to.deep.equal([null])
    await world.settle(job, outcomeOf.cancelled(job))
    await world.settle(job, outcomeOf.succeeded(job))
    expect(await outcomes(world, job)).to.deep.equal(['cancelled'])
  })
}

async function attempts(world: World, { id }: ActiveJob): Promise<readonly AttemptRecord[]> {
  return (await world.stores.queries.attempts(id, 1_000)) ?? []
}

async function outcomes(world: World, job: ActiveJob): Promise<(string | null)[]> {
  return (await attempts(world, job)).map(({ outcome }) => outcome)
}
