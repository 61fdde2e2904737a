import type { Bench, Case } from '../support/bench.js'
import { withJobServer, type ListedJob, type StoreName } from '../support/job-server.js'

/** What light jobs allow; brief runs in isolates follow each other in few processes, however many slots there are. */
const SLOTS = 500
/**
 * Jobs of each worker that are done before, everybody's: one that has run little compiles within what is measured, and starts its isolates;
 * eight would share two processors with their compilers.
 */
export const WARM_UP = 10_000
type Isolation = 'inline' | 'process'

/** Jobs a second that workers get through when they find them waiting, history kept. */
export const drainCases: readonly Case[] = [
  drainCase('postgres', 'inline'),
  drainCase('postgres', 'process'),
  drainCase('sqlite', 'inline'),
  drainCase('sqlite', 'process'),
  drainCase('memory', 'inline'),
]

function drainCase(store: StoreName, isolation: Isolation): Case {
  return {
    measure: 'drain',
    subject: `${store}, ${isolation}`,
    run: (bench) => drain(bench, store, isolation, 1),
  }
}

/** The same by several worker processes, and how often one waited for a lock for longer than the server may be silent about it. */
export const workersCases: readonly Case[] = [1, 2, 4, 8].map((workers) => ({
  measure: 'drain by several workers',
  subject: `postgres, ${workers}`,
  run: async (bench) => {
    const before = lockWaits(bench)
    const readings = await drain(bench, 'postgres', 'inline', workers)
    return { ...readings, lockWaits: lockWaits(bench) - before }
  },
}))

/**
 * Waits that lasted for at least `deadlock_timeout`, as the log of the database has them; without those for the lock under which
 * processes migrate, one after the other, when they start.
 */
function lockWaits({ postgres }: Bench): number {
  return postgres.log().match(/ still waiting for (?!\S+ on advisory lock)/g)?.length ?? 0
}

function drain(bench: Bench, store: StoreName, isolation: Isolation, workers: number) {
  const key = `noop.${isolation}`
  const bodyOf = (n: number) => ({ definitionKey: key, params: { message: 'hello', n } })
  return withJobServer(bench, store, { workers, slots: SLOTS }, async (server) => {
    await server.enqueue(WARM_UP * workers, bodyOf)
    await server.untilDone(key)
    await server.pause(key, true)
    await server.enqueue(bench.jobs, bodyOf)
    await server.pause(key, false)
    await server.untilDone(key)
    const jobs = await server.newest(key, bench.jobs)
    return { perSecond: (jobs.length / millisecondsOf(jobs)) * 1_000 }
  })
}

/** From the first start to the last end. */
function millisecondsOf(jobs: readonly ListedJob[]): number {
  const lost = jobs.find(({ status }) => status !== 'succeeded')
  if (lost !== undefined) throw new Error(`job ${lost.jobId} is ${lost.status}`)
  const begun = Math.min(...jobs.map(({ startedAt }) => Date.parse(startedAt)))
  return Math.max(...jobs.map(({ finishedAt }) => Date.parse(finishedAt))) - begun
}
