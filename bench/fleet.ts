/**
 * What one job costs a fleet of idle workers on PostgreSQL, and how soon it starts. Usage: `npm run bench:fleet [-- <workers> …]`, 1, 8 and 24 unless
 * told otherwise, all on this machine. Prints one line of JSON for each; times are milliseconds, of processors for each job.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sampleProcess } from '../src/adapters/isolation/process-usage.js'
import { PostgresServer } from '../test/support/postgres-server.js'
import { sampleStarts } from './measures/latency.js'
import { execute, type Bench } from './support/bench.js'
import { quantile } from './support/figures.js'
import { withJobServer } from './support/job-server.js'

const SAMPLES = 300
/** Workers know of each other from their first beat on. */
const BEAT_MS = 12_000
const KEY = 'noop.inline'

const given = process.argv.slice(2).map(Number)
const postgres = await PostgresServer.start(['max_connections=500'])
const bench: Bench = {
  jobs: SAMPLES,
  postgres,
  peers: () => {
    throw new Error('no peer is measured')
  },
}

/** Processor time so far, by process. */
function cpuMsOf(pids: readonly number[]): ReadonlyMap<number, number> {
  return new Map(pids.map((pid) => [pid, sampleProcess(pid)?.cpuMs ?? 0]))
}

function spentSince(before: ReadonlyMap<number, number>, pids: readonly number[]): number {
  const spent = [...cpuMsOf(pids)].reduce((sum, [pid, cpuMs]) => sum + cpuMs - (before.get(pid) ?? 0), 0)
  return Number((spent / SAMPLES).toFixed(2))
}

async function backends(): Promise<readonly number[]> {
  return (await execute(postgres.url(), 'select pid from pg_stat_activity')).map(({ pid }) => Number(pid))
}

try {
  for (const workers of given.length > 0 ? given : [1, 8, 24])
    await withJobServer(bench, 'postgres', { workers, slots: 10 }, async ({ url, pids }) => {
      await sleep(BEAT_MS)
      await sampleStarts(url, KEY, 50)
      const [database, own] = [cpuMsOf(await backends()), cpuMsOf(pids.slice(1))]
      const waits = await sampleStarts(url, KEY, SAMPLES)
      const figures = {
        workers,
        p50: Number(quantile(waits, 0.5).toFixed(1)),
        p99: Number(quantile(waits, 0.99).toFixed(1)),
        databaseCpuMs: spentSince(database, await backends()),
        workersCpuMs: spentSince(own, pids.slice(1)),
      }
      console.log(JSON.stringify({ measure: 'a job among idle workers', ...figures }))
    })
} finally {
  await postgres.stop()
}
