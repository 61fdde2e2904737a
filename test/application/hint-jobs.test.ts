import { expect } from 'chai'
import { CronerCalendar } from '../../src/adapters/calendar/croner-calendar.js'
import { BulkOperations } from '../../src/application/bulk-operations.js'
import { CancelJobs } from '../../src/application/cancel-jobs.js'
import { FireSchedules } from '../../src/application/fire-schedules.js'
import { hintJobs, type WaitingJob } from '../../src/application/hint-jobs.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import { RetryDeadLetter } from '../../src/application/retry-dead-letter.js'
import { RunSchedule } from '../../src/application/run-schedule.js'
import { World } from '../contract/world.js'
import { aSchedule } from '../support/factories.js'
import { uuid } from '../support/ids.js'
import { memoryHarness } from '../support/memory-harness.js'
import { recordingLogger } from '../support/recording.js'

describe('hintJobs', () => {
  const now = new Date(10_000)
  const hinted = (...jobs: readonly WaitingJob[]): unknown[][] => {
    const hints: unknown[][] = []
    hintJobs({ hint: (...args) => hints.push(args) }, jobs, now)
    return hints
  }
  const job = (definitionKey: string, runAtMs: number): WaitingJob => ({
    definitionKey,
    runAt: new Date(runAtMs),
  })

  it('says how many jobs are due, and when the first of the others will be and how many they are', () => {
    expect(
      hinted(job('a', 9_000), job('b', 10_000), job('a', 0), job('b', 12_000), job('c', 11_000)),
    ).to.deep.equal([
      [['a', 'b'], undefined, 3],
      [['b', 'c'], new Date(11_000), 2],
    ])
  })

  it('says nothing of nothing', () => {
    expect(hinted()).to.deep.equal([])
    expect(hinted(job('a', 9_000))).to.deep.equal([[['a'], undefined, 1]])
    expect(hinted(job('a', 11_000))).to.deep.equal([[['a'], new Date(11_000), 1]])
  })
})

describe('hints at jobs that nobody has posted', () => {
  let world: World
  let hints: unknown[][]
  const notifier = {
    hint: (...args: unknown[]) => void hints.push(args),
    subscribe: () => () => undefined,
    isProven: () => true,
  }
  beforeEach(async () => {
    world = new World()
    await world.open(memoryHarness())
    await world.publish({})
    hints = []
  })

  it('say how many they are when a schedule has fired, and when it is run by hand', async () => {
    const { clock, newId } = world
    const { schedules, definitions, jobs } = world.stores
    const registry = new JobRegistry()
    await schedules.create([1, 2].map((n) => aSchedule({ id: uuid(0xa00 + n), name: `${n}` })))
    clock.advance(60_000)
    const cancel = new CancelJobs(jobs, notifier, newId)
    const [calendar, logger] = [new CronerCalendar(), recordingLogger()]
    const args = [definitions, registry, calendar, cancel, notifier, clock, newId, logger] as const
    await new FireSchedules(schedules, ...args).round(await world.leadership())
    expect(hints).to.deep.equal([[['work'], undefined, 2]])
    await new RunSchedule(schedules, definitions, registry, jobs, notifier, clock, newId).execute(uuid(0xa01))
    expect(hints[1]).to.deep.equal([['work'], undefined, 1])
  })

  it('say how many they are when dead letters are retried, one or many', async () => {
    const { jobs, queries } = world.stores
    const { letterId } = await world.failed()
    for (let n = 0; n < 3; n += 1) await world.failed()
    const args = [notifier, world.clock, world.newId] as const
    await new RetryDeadLetter(jobs, queries, ...args).execute(letterId, null)
    const bulk = new BulkOperations(jobs, new CancelJobs(jobs, notifier, world.newId), queries, ...args)
    await bulk.retryDeadLetters({}, false)
    expect(hints).to.deep.equal([
      [['work'], undefined, 1],
      [['work'], undefined, 3],
    ])
  })
})
