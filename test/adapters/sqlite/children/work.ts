import { randomUUID } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqliteStores } from '../../../../src/adapters/sqlite/sqlite-stores.js'
import { silentLogger } from '../../../../src/application/ports/logger.js'
import type { ActiveJob } from '../../../../src/domain/job.js'
import { aWorker, outcomeOf } from '../../../support/factories.js'

/** One run, by the monotonic clock that all processes of a machine share, in nanoseconds. */
export interface Run {
  readonly id: string
  readonly key: string
  readonly from: string
  readonly to: string
}
export interface Ledger {
  readonly runs: readonly Run[]
  readonly longestStallMs: number
}

const [path = ''] = process.argv.slice(2)
const stores = await openSqliteStores({ path, logger: silentLogger })
const incarnation = randomUUID()
await stores.workers.register(aWorker({ incarnation }), 60_000)
const definitions = ['work', 'limited'].map((key) => ({ key, version: 1 }))
const runs: Run[] = []
let stopping = false
process.once('message', () => {
  stopping = true
})

async function run(job: ActiveJob): Promise<void> {
  const from = process.hrtime.bigint()
  await sleep(1)
  runs.push({ id: job.id, key: job.definitionKey, from: String(from), to: String(process.hrtime.bigint()) })
  await stores.jobs.settle([{ lease: job.lease, outcome: outcomeOf.succeeded(job) }], new Date())
}

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
const running = new Set<Promise<void>>()
while (!stopping) {
  const { jobs } = await stores.jobs.claim({
    incarnation,
    limit: 20 - running.size,
    now: new Date(),
    definitions,
  })
  for (const job of jobs) {
    const work = run(job)
    running.add(work)
    void work.finally(() => running.delete(work))
  }
  await (jobs.length > 0 && running.size >= 20 ? Promise.race(running) : sleep(1))
}
delay.disable()
await stores.close()
const ledger: Ledger = { runs, longestStallMs: delay.max / 1e6 }
process.send?.(ledger, () => {
  process.disconnect()
})
