import { expect } from 'chai'
import type { JobStore } from '../../../src/application/ports/job-store.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import type { ActiveJob } from '../../../src/domain/job.js'
import { WorkerWorld } from '../../support/worker-world.js'

const away = new StorageUnavailableError(new Error('no route'))
const result = { kind: 'succeeded', result: null } as const

describe('JobWriter', () => {
  let world: WorkerWorld
  let jobs: readonly ActiveJob[]

  beforeEach(async () => {
    world = await WorkerWorld.open()
    await world.define({})
    await world.insert({}, {}, {})
    jobs = await world.claim(await world.worker())
  })

  it('writes what ends together in one batch', async () => {
    const sizes: number[] = []
    const settle: JobStore['settle'] = (settlements, now) => {
      sizes.push(settlements.length)
      return world.stores.jobs.settle(settlements, now)
    }
    const writer = world.newWriter(world.storeWith({ settle }))
    const answers = await Promise.all(jobs.map((job) => writer.settle({ job, result })))
    expect(answers).to.deep.equal(['applied', 'applied', 'applied'])
    expect(sizes).to.deep.equal([3])
    await writer.flush()
  })

  it('never makes a batch of more bytes than a statement should carry', async () => {
    const sizes: number[] = []
    const note =
      <A extends readonly unknown[], T>(write: (...args: A) => T) =>
      (...args: A): T => {
        sizes.push((args[0] as readonly unknown[]).length)
        return write(...args)
      }
    const { settle, appendEvents } = world.storeWith({})
    const writer = world.newWriter(
      world.storeWith({ settle: note(settle), appendEvents: note(appendEvents) }),
    )
    const text = 'x'.repeat(1_500_000)
    const [job] = jobs as [ActiveJob]
    const payload = { text }
    await Promise.all(['a', 'b', 'c'].map((type) => writer.append({ lease: job.lease, type, payload })))
    const big = { kind: 'succeeded', result: { text } } as const
    await Promise.all(jobs.map((each) => writer.settle({ job: each, result: big })))
    expect(sizes).to.deep.equal([2, 1, 2, 1])
  })

  it('keeps trying while the database is away, events in their order', async () => {
    let failures = 2
    const flaky = <T>(write: () => Promise<T>): Promise<T> =>
      failures-- > 0 ? Promise.reject(away) : write()
    const writer = world.newWriter(
      world.storeWith({
        settle: (...args) => flaky(() => world.stores.jobs.settle(...args)),
        appendEvents: (...args) => flaky(() => world.stores.jobs.appendEvents(...args)),
      }),
    )
    const [job] = jobs as [ActiveJob]
    const events = ['a', 'b', 'c'].map((type) => writer.append({ lease: job.lease, type, payload: {} }))
    await Promise.all(events)
    failures = 1
    expect(await writer.settle({ job, result })).to.equal('applied')
    expect(await world.eventTypes(job.id)).to.deep.equal(['queued', 'started', 'a', 'b', 'c', 'succeeded'])
    expect(world.log.lines.filter((line) => line.includes('trying again'))).to.have.length(3)
  })

  it('does not let one end that fails for its own reasons hold up the others', async () => {
    const [poisoned, ...others] = jobs as [ActiveJob, ActiveJob, ActiveJob]
    const settle: JobStore['settle'] = (settlements, now) =>
      settlements.some(({ lease }) => lease.jobId === poisoned.id)
        ? Promise.reject(new TypeError('a defect'))
        : world.stores.jobs.settle(settlements, now)
    const writer = world.newWriter(world.storeWith({ settle }))
    const stuck = writer.settle({ job: poisoned, result })
    const answers = await Promise.all(others.map((job) => writer.settle({ job, result })))
    expect(answers).to.deep.equal(['applied', 'applied'])
    writer.abandon()
    expect(await stuck.catch((error: unknown) => error)).to.be.instanceOf(TypeError)
  })

  it('stops trying when it is told to', async () => {
    const writer = world.newWriter(
      world.storeWith({ settle: () => Promise.reject(away), appendEvents: () => Promise.reject(away) }),
    )
    const [job] = jobs as [ActiveJob]
    const settled = writer.settle({ job, result })
    const appended = writer.append({ lease: job.lease, type: 'a', payload: {} })
    writer.abandon()
    expect(await settled.catch((error: unknown) => error)).to.equal(away)
    await appended
  })
})
