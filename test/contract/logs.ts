import { expect } from './expect.js'
import type { JobLogPage } from '../../src/application/ports/job-queries.js'
import type { RunLines } from '../../src/application/ports/log-store.js'
import { MAX_RUN_LOG_BYTES, newLogLine, type NewLogLine } from '../../src/domain/job-log.js'
import { outcomeOf } from '../support/factories.js'
import type { Case, World } from './world.js'

export function logsContract(promise: Case): void {
  promise('are none before anything was written, and null for a job that is not there', async (world) => {
    await world.publish({})
    const [id = ''] = await world.insert({})
    expect(await read(world, id)).to.deep.equal({ lines: [], dropped: 0 })
    expect(await world.stores.queries.logs(world.newId(), { after: 0, limit: 10 })).to.equal(null)
  })

  promise(
    'keep level, text, fields and time, numbered on within the job, whatever its runs',
    async (world) => {
      const { id } = await world.running()
      const first = newLogLine('info', 'é 🐎\n"x" \u0000', { deep: [{ a: 1.5 }, null], '': true }, world.now)
      world.clock.advance(7)
      const others = (['debug', 'warn', 'error'] as const).map((level) =>
        newLogLine(level, '', undefined, world.now),
      )
      await append(world, lines(id, 1, [first]))
      // Two runs of one job in one batch: a worker that got it again at once.
      await append(world, lines(id, 1, others.slice(0, 2)), lines(id, 2, others.slice(2)))
      const kept = [first, ...others].map(({ bytes: _bytes, ...line }, index) => ({
        ...line,
        id: index + 1,
        run: index < 3 ? 1 : 2,
      }))
      expect(await read(world, id)).to.deep.equal({ lines: kept, dropped: 0 })
      expect((await read(world, id, { run: 2 })).lines).to.deep.equal(kept.slice(3))
      expect((await read(world, id, { after: 1, limit: 2 })).lines).to.deep.equal(kept.slice(1, 3))
      expect((await read(world, id, { after: 4 })).lines).to.deep.equal([])
    },
  )

  promise('number each job by itself, and take lines of a job that has ended', async (world) => {
    const job = await world.running()
    const other = await world.running()
    await world.settle(job, outcomeOf.succeeded(job))
    const line = newLogLine('info', 'late', {}, world.now)
    await append(world, lines(job.id, 1, [line, line]), lines(other.id, 1, [line]))
    expect((await read(world, job.id)).lines.map(({ id }) => id)).to.deep.equal([1, 2])
    expect((await read(world, other.id)).lines.map(({ id }) => id)).to.deep.equal([1])
    await append(world)
  })

  promise('drop the oldest lines of a run that wrote more than 1 MiB, and count them', async (world) => {
    const { id } = await world.running()
    const line = newLogLine('info', 'x'.repeat(10_000), {}, world.now)
    const fitting = Math.floor(MAX_RUN_LOG_BYTES / line.bytes)
    const many = (count: number): NewLogLine[] => Array.from({ length: count }, () => line)
    await append(world, lines(id, 1, many(3)), lines(id, 2, many(fitting)))
    expect((await read(world, id)).dropped).to.equal(0)
    await append(world, lines(id, 2, many(2)))
    await append(world, lines(id, 2, many(5), 4))
    const first = await read(world, id, { run: 1 })
    expect([first.lines.length, first.dropped]).to.deep.equal([3, 0])
    const second = await read(world, id, { run: 2 })
    expect([second.lines.length, second.dropped]).to.deep.equal([fitting, 11])
    expect(second.lines.at(0)?.id).to.equal(3 + 7 + 1)
    expect(second.lines.at(-1)?.id).to.equal(3 + fitting + 7)
    expect((await read(world, id)).dropped).to.equal(11)
  })
}

function lines(jobId: string, run: number, written: readonly NewLogLine[], dropped = 0): RunLines {
  return { jobId, run, lines: written, dropped }
}

async function append(world: World, ...runs: readonly RunLines[]): Promise<void> {
  await world.stores.logs.append(runs)
}

async function read(
  world: World,
  id: string,
  filter: { readonly after?: number; readonly run?: number; readonly limit?: number } = {},
): Promise<JobLogPage> {
  const page = await world.stores.queries.logs(id, { after: 0, limit: 10_000, ...filter })
  if (page === null) throw new Error('there is no such job')
  return page
}
