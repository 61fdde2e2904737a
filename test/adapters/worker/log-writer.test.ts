import { expect } from 'chai'
import { LogWriter } from '../../../src/adapters/worker/log-writer.js'
import type { LogStore, RunLines } from '../../../src/application/ports/log-store.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import type { JobContext } from '../../../src/domain/job-definition.js'
import { MAX_RUN_LOG_BYTES } from '../../../src/domain/job-log.js'
import { deferred, eventually, turns } from '../../support/eventually.js'
import { uuid } from '../../support/ids.js'
import { recordingLogger } from '../../support/recording.js'
import { WorkerWorld } from '../../support/worker-world.js'

const A = { id: uuid(1), run: 1 }
const B = { id: uuid(2), run: 3 }

describe('LogWriter', () => {
  let world: WorkerWorld
  let batches: (readonly RunLines[])[]
  let failure: Error | null
  let writer: LogWriter
  const log = recordingLogger()

  beforeEach(async () => {
    world = await WorkerWorld.open()
    batches = []
    failure = null
    writer = writerOver({
      append: (runs) => {
        if (failure !== null) return Promise.reject(failure)
        batches.push(structuredClone(runs))
        return Promise.resolve()
      },
    })
  })

  const writerOver = (store: LogStore) => new LogWriter(store, world.clock, log)
  const written = () =>
    batches.map((runs) =>
      runs.map(({ run, lines, dropped }) => [run, lines.map(({ message }) => message), dropped]),
    )

  it('writes what all runs have said in one batch, each in order, when one of them wants it written', async () => {
    writer.add(A, 'info', 'a1', { n: 1 })
    writer.add(B, 'warn', 'b1')
    writer.add(A, 'info', 'a2')
    await writer.flush(A)
    expect(written()).to.deep.equal([
      [
        [1, ['a1', 'a2'], 0],
        [3, ['b1'], 0],
      ],
    ])
    await Promise.all([writer.flush(A), writer.flush(B), writer.flushAll()])
    expect(batches).to.have.length(1)
  })

  it('writes by itself after a moment', async () => {
    writer.add(A, 'info', 'a1')
    await eventually(() => batches.length === 1)
  })

  it('makes a flush wait for a write that is under way with its lines, but for no other', async () => {
    const open = deferred<undefined>()
    const slow = writerOver({ append: () => open.promise.then(() => undefined) })
    slow.add(A, 'info', 'a1')
    let flushed = false
    const flush = slow.flush(A)?.then(() => (flushed = true))
    await slow.flush(B)
    let ended = false
    const flushAtTheEnd = slow.flush(A)?.then(() => (ended = true))
    await turns()
    expect([flushed, ended]).to.deep.equal([false, false])
    open.resolve(undefined)
    await Promise.all([flush, flushAtTheEnd])
    expect([flushed, ended]).to.deep.equal([true, true])
  })

  it('writes one batch after the other, so that lines which have to wait keep their place', async () => {
    const tries = [deferred(), deferred()]
    const messages: string[][] = []
    const slow = writerOver({
      append: (runs) => {
        messages.push(runs.flatMap(({ lines }) => lines.map(({ message }) => message)))
        return tries[messages.length - 1]?.promise ?? Promise.resolve()
      },
    })
    slow.add(A, 'info', 'a1')
    const first = slow.flush(A)
    slow.add(A, 'info', 'a2')
    const second = slow.flush(A)
    await turns()
    expect(messages).to.deep.equal([['a1']])
    tries[0]?.reject(new StorageUnavailableError(null))
    await Promise.all([first, second])
    tries[1]?.resolve()
    await slow.flushAll()
    expect(messages).to.deep.equal([['a1'], ['a1', 'a2']])
  })

  it('waits for no line that comes after the end, however many a handler goes on to write', async () => {
    const written: string[][] = []
    const chatty = writerOver({
      append: ([run]) => {
        written.push(run?.lines.map(({ message }) => message) ?? [])
        if (written.length < 5) chatty.add(A, 'info', 'and another')
        return Promise.resolve()
      },
    })
    chatty.add(A, 'info', 'a1')
    await chatty.flush(A)
    expect(written).to.deep.equal([['a1']])
    chatty.add(A, 'info', 'a2')
    await chatty.flush(A)
    expect(written).to.deep.equal([['a1'], ['and another', 'a2']])
  })

  it('holds nobody up while the database is away, and writes what it kept when it is back', async () => {
    failure = new StorageUnavailableError(null)
    writer.add(A, 'info', 'a1')
    await writer.flush(A)
    writer.add(A, 'info', 'a2')
    await writer.flushAll()
    failure = null
    await eventually(() => batches.length === 1)
    expect(written()).to.deep.equal([[[1, ['a1', 'a2'], 0]]])
  })

  it('keeps no more than 1 MiB of a run while the database is away, and counts the oldest lines as dropped', async () => {
    failure = new StorageUnavailableError(null)
    for (let n = 0; n < 100; n += 1) writer.add(A, 'info', `${n} ${'x'.repeat(16_000)}`)
    await writer.flush(A)
    failure = null
    await writer.flush(A)
    const [lines] = batches[0] ?? []
    const kept = lines?.lines ?? []
    expect(kept.reduce((sum, { bytes }) => sum + bytes, 0)).to.be.within(
      MAX_RUN_LOG_BYTES - 17_000,
      MAX_RUN_LOG_BYTES,
    )
    expect(kept.at(-1)?.message).to.match(/^99 /)
    expect(kept.length + (lines?.dropped ?? 0)).to.equal(100)
  })

  it('keeps no more than 32 MiB of all runs together, and drops what was said first', async () => {
    const runs = Array.from({ length: 40 }, (_, n) => ({ id: uuid(n + 1), run: 1 }))
    for (const run of runs)
      for (let n = 0; n < 64; n += 1) writer.add(run, 'info', `${n} ${'x'.repeat(16_000)}`)
    await writer.flushAll()
    const all = batches.flat()
    const kept = all.reduce((sum, { lines }) => sum + lines.reduce((bytes, line) => bytes + line.bytes, 0), 0)
    expect(kept).to.be.within(31 * 2 ** 20, 32 * 2 ** 20)
    for (const run of [0, 39]) expect(all[run]?.lines).to.have.length(run === 0 ? 0 : 64)
    for (const { lines, dropped } of all) expect(lines.length + dropped).to.equal(64)
  })

  it('gives up lines that the store refuses, and says so', async () => {
    failure = new Error('no such table')
    writer.add(A, 'info', 'a1')
    await writer.flush(A)
    failure = null
    writer.add(A, 'info', 'a2')
    await writer.flush(A)
    expect(written()).to.deep.equal([[[1, ['a2'], 0]]])
    expect(log.lines).to.include('warn lines of the logs of jobs were lost')
  })

  it('has the whole log of a job written when its status is final, and ends the job without one', async () => {
    await world.define({
      run: (_params, { logger }: JobContext) => {
        for (let n = 0; n < 10; n += 1) logger.info(`line ${n}`)
      },
    })
    const messages: (number | undefined)[] = []
    const settle = async (...args: Parameters<typeof world.stores.jobs.settle>) => {
      const page = await world.stores.queries.logs(args[0][0]?.lease.jobId ?? '', { after: 0, limit: 99 })
      messages.push(page?.lines.length)
      return world.stores.jobs.settle(...args)
    }
    const store = world.storeWith({ settle })
    const slow = writerOver({ append: (runs) => turns().then(() => world.stores.logs.append(runs)) })
    const broken = writerOver({ append: () => Promise.reject(new StorageUnavailableError(null)) })
    for (const deps of [{ logs: slow }, { logs: broken }]) {
      const worker = world.newWorker({}, { store, writer: world.newWriter(store), ...deps })
      await worker.heartbeat()
      const [id] = await world.insert({})
      await worker.poll()
      await eventually(async () => (await world.statusOf(id)) === 'succeeded')
    }
    expect(messages).to.deep.equal([10, 0])
  })
})
