import { expect } from 'chai'
import { BulkOperations } from '../../src/application/bulk-operations.js'
import { CancelJobs } from '../../src/application/cancel-jobs.js'
import { EnqueueJobs } from '../../src/application/enqueue-jobs.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import type { Logger } from '../../src/application/ports/logger.js'
import { RecoverOrphans } from '../../src/application/recover-orphans.js'
import { RetryDeadLetter } from '../../src/application/retry-dead-letter.js'
import { SettleJobs } from '../../src/application/settle-jobs.js'
import { TransitionLog } from '../../src/application/transition-log.js'
import type { RunResult } from '../../src/domain/run-result.js'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'
import { World } from '../contract/world.js'
import { aRunningJob } from '../support/factories.js'
import { memoryHarness } from '../support/memory-harness.js'

interface Line {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

function loggerInto(lines: Line[]): Logger {
  const write = (level: string) => (message: string, fields?: unknown) =>
    void lines.push({ level, message, ...(fields as object) })
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => logger,
  }
  return logger
}

describe('the log of transitions', () => {
  let world: World
  let lines: Line[]
  let log: TransitionLog

  beforeEach(async () => {
    world = new World()
    await world.open(memoryHarness())
    await world.publish({})
    lines = []
    log = new TransitionLog(loggerInto(lines), () => world.clock.monotonicMs())
  })

  async function settle(result: RunResult, facts = {}): Promise<Line | undefined> {
    const job = await world.running(facts)
    const { jobs, notifier } = world.stores
    const args = [() => 0.5, world.newId, DEFAULT_RETRY_POLICY, () => false] as const
    await new SettleJobs(jobs, notifier, world.clock, ...args, log).execute([{ job, result }])
    expect(lines.at(-1)).to.include({ jobId: job.id, definition: 'work@1', attempt: 1, run: 1 })
    return lines.at(-1)
  }

  it('tells of a job that was accepted, once, and not of its replays', async () => {
    const { jobs, definitions, notifier } = world.stores
    const args = [
      new JobRegistry(),
      notifier,
      world.clock,
      world.newId,
      (text: string) => text,
      () => null,
      null,
    ] as const
    const enqueue = new EnqueueJobs(jobs, definitions, ...args, log)
    const request = { definitionKey: 'work', idempotency: { key: 'a', body: {} } }
    await enqueue.execute([request])
    await enqueue.execute([request])
    expect(lines).to.have.length(1)
    expect(lines[0]).to.include({ level: 'info', message: 'job queued', definition: 'work@1', attempt: 0 })
  })

  it('tells how each run ended, a failure with its error and what follows', async () => {
    expect(await settle({ kind: 'succeeded', result: 1 })).to.include({
      level: 'info',
      message: 'job succeeded',
    })
    expect(await settle({ kind: 'cancelled' })).to.include({ level: 'info', message: 'job cancelled' })
    const retried = await settle({ kind: 'error', message: 'no connection' })
    expect(retried).to.include({
      level: 'warn',
      message: 'attempt failed',
      error: 'no connection',
      outcome: 'error',
    })
    expect(retried?.['runAt']).to.match(/^\d{4}-/)
    const dead = await settle({ kind: 'error', message: 'no such thing', permanent: true })
    expect(dead).to.include({
      level: 'error',
      message: 'job failed',
      error: 'no such thing',
      reason: 'permanent',
    })
    const crashed = await settle({ kind: 'crashed', message: 'killed by SIGSEGV' }, { maxAttempts: 1 })
    expect(crashed).to.include({ level: 'error', error: 'killed by SIGSEGV', outcome: 'crashed' })
    const timeout = await settle({ kind: 'timeout', timeoutMs: 1_000 })
    expect(timeout).to.include({ level: 'warn', error: 'timed out after 1 s', outcome: 'timeout' })
    const snoozed = await settle({ kind: 'snoozed', delayMs: 1_000 })
    expect(snoozed).to.include({ level: 'info', message: 'job given back', outcome: 'snoozed' })
  })

  it('tells nothing of a run whose lease was lost', async () => {
    const { jobs, notifier } = world.stores
    const args = [() => 0.5, world.newId, DEFAULT_RETRY_POLICY, () => false] as const
    const settle = new SettleJobs(jobs, notifier, world.clock, ...args, log)
    await settle.execute([{ job: aRunningJob(), result: { kind: 'succeeded', result: 1 } }])
    expect(lines).to.deep.equal([])
  })

  it('tells of cancellations, asked for and done at once', async () => {
    const running = await world.running()
    const [queued] = await world.insert({})
    const cancel = new CancelJobs(world.stores.jobs, world.stores.notifier, world.newId, log)
    await cancel.execute([running.id, queued!, 'nobody'], world.now)
    expect(lines.map(({ message, jobId }) => [message, jobId])).to.deep.equal([
      ['job is asked to stop', running.id],
      ['job cancelled', queued],
    ])
  })

  it('tells of jobs that operators make of old ones, once', async () => {
    const { jobs, queries, notifier } = world.stores
    const args = [notifier, world.clock, world.newId, log] as const
    const { jobId: first, letterId } = await world.failed()
    const { jobId: second } = await world.failed()
    const newJobId = await new RetryDeadLetter(jobs, queries, ...args).execute(letterId, null)
    const bulk = new BulkOperations(jobs, new CancelJobs(jobs, notifier, world.newId), queries, ...args)
    expect(await bulk.retryJobs({}, false)).to.deep.equal({ matched: 1, done: 1 })
    expect(lines.map(({ message, retriedFrom }) => [message, retriedFrom])).to.deep.equal([
      ['job queued', first],
      ['job queued', second],
    ])
    expect(lines[0]).to.include({ jobId: newJobId, definition: 'work@1', attempt: 0 })
  })

  it('tells of the jobs of dead workers, with what was lost', async () => {
    const job = await world.running()
    world.expireLeases()
    const { jobs, workers, notifier } = world.stores
    const args = [() => 0.5, world.newId, DEFAULT_RETRY_POLICY, loggerInto([])] as const
    await new RecoverOrphans(jobs, workers, notifier, world.clock, ...args, log).execute(new Date(0))
    expect(lines).to.have.length(1)
    expect(lines[0]).to.include({
      level: 'warn',
      message: 'attempt failed',
      jobId: job.id,
      outcome: 'lease_lost',
    })
    expect(lines[0]?.['error']).to.include('stopped renewing its lease')
  })

  it('writes no line before what is to be done at once is done, and keeps their order', () => {
    const later: (() => void)[] = []
    log = new TransitionLog(
      loggerInto(lines),
      () => world.clock.monotonicMs(),
      (write) => later.push(write),
    )
    const job = aRunningJob()
    log.queued(job)
    log.started(job)
    expect(lines).to.deep.equal([])
    for (const write of later) write()
    expect(lines.map(({ message }) => message)).to.deep.equal(['job queued', 'job started'])
  })

  it('writes a bounded number of lines a second of each level, and how many it left out', () => {
    log = new TransitionLog(loggerInto(lines), () => world.clock.monotonicMs(), undefined, 3)
    for (let n = 0; n < 10; n++) log.started(aRunningJob())
    expect(lines).to.have.length(3)
    world.clock.advance(1_000)
    log.started(aRunningJob())
    expect(lines.slice(3)).to.have.length(2)
    expect(lines[3]).to.deep.equal({
      level: 'info',
      message: 'left out lines about jobs, there were too many',
      lines: 7,
    })
    world.clock.advance(1_000)
    log.started(aRunningJob())
    expect(lines.slice(5).map(({ message }) => message)).to.deep.equal(['job started'])
  })
})
