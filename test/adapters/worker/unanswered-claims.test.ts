import { expect } from 'chai'
import type { ClaimRequest, SettleAnswer } from '../../../src/application/ports/job-store.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { deferred, eventually, turns } from '../../support/eventually.js'
import { WorkerWorld } from '../../support/worker-world.js'

const away = (): StorageUnavailableError => new StorageUnavailableError(new Error('no answer in time'))

describe('a run that its worker was given without learning of it', () => {
  it('begins though the end of the run before it has not been answered yet', async () => {
    const world = await WorkerWorld.open()
    const runs: number[] = []
    await world.define({
      run: (_params, { run }) => {
        runs.push(run)
        if (run === 1) throw new Error('once')
      },
    })
    const silent = deferred<readonly SettleAnswer[]>()
    let settles = 0
    let isLost = false
    const store = world.storeWith({
      settle: async (...args) => {
        const answers = await world.stores.jobs.settle(...args)
        settles += 1
        return settles === 1 ? silent.promise : answers
      },
      claim: async (request) => {
        const answer = await world.stores.jobs.claim(request)
        if (!isLost) return answer
        isLost = false
        throw away()
      },
    })
    const worker = world.newWorker({}, { store })
    await worker.heartbeat()
    const [id] = await world.insert({})
    await worker.poll()
    await eventually(async () => (await world.statusOf(id)) === 'queued')
    world.clock.advance(5_000)
    await worker.heartbeat()
    isLost = true
    await worker.poll()
    expect(await world.job(id)).to.include({ status: 'running', run: 2 })

    await worker.poll()
    await eventually(() => runs.length === 2)
    expect(runs).to.deep.equal([1, 2])
    silent.reject(away())
    await eventually(() => worker.runningJobs === 0)
    expect(await world.job(id)).to.include({ status: 'succeeded', run: 2 })
  })

  /** A worker that was handed a job by a claim which was carried out after it had stopped to look for it. */
  async function handedLate() {
    const world = await WorkerWorld.open()
    const began: string[] = []
    await world.define({ run: (_params, { jobId }) => void began.push(jobId) })
    let late: ClaimRequest | undefined
    let looks = 0
    const store = world.storeWith({
      claim: (request) => {
        if (late !== undefined) return world.stores.jobs.claim(request)
        late = request
        return Promise.reject(away())
      },
      held: (incarnation) => {
        looks += 1
        return world.stores.jobs.held(incarnation)
      },
    })
    const [id] = await world.insert({ runAt: world.now })
    const worker = world.newWorker({}, { store })
    await worker.heartbeat()
    await world.stores.definitions.setPaused('work', true)
    await worker.poll()
    const pass = async (): Promise<void> => {
      world.clock.advance(10_000)
      await worker.heartbeat()
      await worker.poll()
      await turns()
    }
    for (let beats = 0; beats < 3; beats += 1) await pass()
    const looksBefore = looks
    await pass()
    expect(looks).to.equal(looksBefore)
    await world.stores.definitions.setPaused('work', false)
    await world.stores.jobs.claim(late as ClaimRequest)
    await world.stores.definitions.setPaused('work', true)
    return { world, worker, began, id, pass, looks: () => looks - looksBefore }
  }

  it('begins by what the beats tell, however late its claim was carried out', async () => {
    const { world, began, id, pass } = await handedLate()
    expect(await world.job(id)).to.include({ status: 'running', run: 1 })
    await pass()
    await pass()
    await eventually(async () => (await world.statusOf(id)) === 'succeeded')
    expect(began).to.deep.equal([id])
  })

  it('is not looked for when a beat tells of it for the first time: its answer may be on its way', async () => {
    const { looks, pass } = await handedLate()
    await pass()
    expect(looks()).to.equal(0)
    await pass()
    expect(looks()).to.equal(1)
    await pass()
    expect(looks()).to.equal(1)
  })
})
