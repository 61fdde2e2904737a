/**
 * What isolation costs and what it protects, with a real worker on SQLite. Usage: `npm run bench:isolation [-- <jobs> [<measurement>]]`. Prints one line
 * of JSON for each measurement; times are milliseconds.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LocalFileStore } from '../src/adapters/files/local-file-store.js'
import { IsolatePool } from '../src/adapters/isolation/isolate-pool.js'
import { sampleProcess } from '../src/adapters/isolation/process-usage.js'
import { ProcessExecutor } from '../src/adapters/isolation/process-executor.js'
import { JobRegistry } from '../src/application/job-registry.js'
import type { RunIo } from '../src/application/ports/executor.js'
import { loadConfig } from '../src/bootstrap/config.js'
import { isolatePoolOptions } from '../src/bootstrap/isolate-options.js'
import { get, post, untilStatus, Workplace } from '../test/e2e/support/workplace.js'
import { postJobs } from '../test/faults/support/load.js'
import { aRunningJob } from '../test/support/factories.js'
import { processesNaming } from '../test/support/processes.js'
import { recordingLogger } from '../test/support/recording.js'

const JOBS = Number(process.argv[2] ?? 5_000)
const SLOTS = 10
const BEAT_MS = 1_000
const PAUSES_MS = [2, 10, 50, 200]
const DEFINITIONS = `
export const isolated = { key: 'noop.process', version: 1, run: () => null }
export const inline = { key: 'noop.inline', version: 1, isolation: 'inline', run: () => null }
const pause = (key, ms, isolation) =>
  ({ key, version: 1, isolation, run: () => new Promise((resolve) => setTimeout(resolve, ms)) })
export const pauses = [${PAUSES_MS.join()}].flatMap((ms) => [
  pause(\`pause.process.\${ms}\`, ms, 'process'),
  pause(\`pause.inline.\${ms}\`, ms, 'inline'),
])
export const waits = { key: 'waits', version: 1, defaultMaxAttempts: 1, run: () => new Promise((r) => setTimeout(r, 60_000)) }
`

const show = (measure: string, figures: Record<string, number>): void => {
  console.log(JSON.stringify({ measure, ...figures }))
}

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return Number((sorted[Math.floor((sorted.length - 1) * share)] ?? NaN).toFixed(1))
}

async function untilDone(api: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { total } = await get<{ total: number }>(`${api}/v1/jobs?status=queued,running&limit=1`)
    if (total === 0) return
    // Asking takes the processor from those that are measured.
    await sleep(500)
  }
  throw new Error('the jobs did not end')
}

/** Jobs that wait already, run by a worker that starts now: how many of the last half of them end in a second; the ratio is what matters. */
async function throughput(key: string, count: number, slots: number): Promise<number> {
  const place = new Workplace()
  try {
    writeFileSync(join(place.path, 'jobs.mjs'), DEFINITIONS)
    const env = { JOB_DEFINITIONS: 'jobs.mjs', MAX_CONCURRENT_EXECUTIONS: String(slots) }
    const api = await place.run('api', env).ready()
    await postJobs(
      api,
      Array.from({ length: count }, () => ({ definitionKey: key })),
    )
    const worker = place.run('worker', env)
    await worker.ready()
    await untilDone(api)
    const { jobs } = await get<{ jobs: { startedAt: string; finishedAt: string }[] }>(
      `${api}/v1/jobs?limit=${Math.min(1_000, Math.floor(count / 2))}`,
    )
    const begin = Math.min(...jobs.map(({ startedAt }) => Date.parse(startedAt)))
    const end = Math.max(...jobs.map(({ finishedAt }) => Date.parse(finishedAt)))
    return (jobs.length / (end - begin)) * 1000
  } finally {
    await place.close()
  }
}

/** The API of a server whose every slot computes without a pause. */
async function busy(): Promise<void> {
  const place = new Workplace()
  try {
    const server = place.run('server', {
      MAX_CONCURRENT_EXECUTIONS: String(SLOTS),
      HEARTBEAT_INTERVAL_SECONDS: String(BEAT_MS / 1000),
    })
    const api = await server.ready()
    const params = { operation: 'fibonacci', numbers: [45] }
    const [jobId = ''] = await postJobs(
      api,
      Array.from({ length: SLOTS }, () => ({ definitionKey: 'compute.math', params })),
    )
    await sleep(5_000)
    const beats = new Set<number>()
    for (let round = 0; round < 3; round += 1) {
      const times: number[] = []
      for (let request = 0; request < 200; request += 1) {
        const begin = performance.now()
        await get(`${api}/v1/jobs`)
        times.push(performance.now() - begin)
        beats.add(Date.parse(String((await get(`${api}/v1/jobs/${jobId}`))['heartbeatAt'])))
        await sleep(20)
      }
      show('GET /v1/jobs while every slot computes', {
        p50: percentile(times, 0.5),
        p99: percentile(times, 0.99),
      })
    }
    const at = [...beats].sort((a, b) => a - b)
    const late = at.slice(1).map((beat, index) => beat - (at[index] ?? beat) - BEAT_MS)
    show('a heartbeat is late while every slot computes', {
      beats: at.length,
      p50: percentile(late, 0.5),
      max: percentile(late, 1),
    })
  } finally {
    await place.close()
  }
}

/** From a kill of the isolate to the settled job. */
async function killed(): Promise<void> {
  const place = new Workplace()
  try {
    writeFileSync(join(place.path, 'jobs.mjs'), DEFINITIONS)
    const api = await place.run('server', { JOB_DEFINITIONS: 'jobs.mjs' }).ready()
    const times: number[] = []
    for (let round = 0; round < 20; round += 1) {
      const { body } = await post(`${api}/v1/jobs`, { definitionKey: 'waits' })
      await untilStatus(api, body['jobId'], 'running')
      await sleep(1_000)
      const begin = performance.now()
      for (const pid of await processesNaming('bootstrap/isolate.js')) process.kill(pid, 'SIGKILL')
      while ((await get(`${api}/v1/jobs/${String(body['jobId'])}`))['status'] !== 'failed') await sleep(2)
      times.push(performance.now() - begin)
    }
    show('an isolate is killed, until its job is settled', {
      p50: percentile(times, 0.5),
      max: percentile(times, 1),
    })
  } finally {
    await place.close()
  }
}

/** Isolates alone, without a store: what a message there and back, a handler and its accounts cost. */
async function bareAt(atOnce: number): Promise<void> {
  const place = new Workplace()
  try {
    const module = join(place.path, 'jobs.mjs')
    writeFileSync(module, DEFINITIONS)
    const config = loadConfig({ JOB_DEFINITIONS: module, DATA_DIR: place.path })
    const registry = new JobRegistry('process')
    registry.register({ key: 'noop.process', version: 1, run: () => null })
    const options = isolatePoolOptions(config, process.env, 5_000)
    const built = options.program.replace('/src/', '/dist/src/').replace(/\.ts$/, '.js')
    const pool = new IsolatePool({ ...options, program: built, nodeArguments: [] })
    const files = new LocalFileStore({ dataDir: place.path, newId: () => 'unused' })
    const grace = { graceMs: 1_000, hookMs: 5_000 }
    const executor = new ProcessExecutor(registry, pool, recordingLogger([]), grace, files)
    const io: RunIo = { emit: () => Promise.resolve(), log: () => undefined }
    const runs = async (count: number): Promise<void> => {
      let left = count
      const one = async (): Promise<void> => {
        while (left-- > 0) {
          const run = executor.start(aRunningJob({ definitionKey: 'noop.process' }), io)
          if ((await run.result).kind !== 'succeeded') throw new Error('a no-op did not succeed')
          await run.released
        }
      }
      await Promise.all(Array.from({ length: atOnce }, one))
    }
    await runs(500)
    const isolates = await processesNaming(built)
    const begin = performance.now()
    const [own, theirs] = [process.cpuUsage(), cpuMsOf(isolates)]
    await runs(JOBS)
    const perSecond = Math.round((JOBS / (performance.now() - begin)) * 1000)
    const { user, system } = process.cpuUsage(own)
    const perRun = {
      workerUs: (user + system) / JOBS,
      isolateUs: ((cpuMsOf(isolates) - theirs) / JOBS) * 1_000,
    }
    show('runs a second in isolates, without a store', {
      atOnce,
      perSecond,
      isolates: isolates.length,
      workerUs: Math.round(perRun.workerUs),
      isolateUs: Math.round(perRun.isolateUs),
    })
    await executor.close()
  } finally {
    await place.close()
  }
}

/** Processor time of processes so far. */
function cpuMsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (sampleProcess(pid)?.cpuMs ?? 0), 0)
}

async function bare(): Promise<void> {
  for (const atOnce of [1, 2, 10, 50]) await bareAt(atOnce)
}

async function rates(): Promise<void> {
  const inline = await throughput('noop.inline', JOBS, 50)
  const isolated = await throughput('noop.process', JOBS, 50)
  show('jobs a second', {
    inline: Math.round(inline),
    process: Math.round(isolated),
    ratio: Number((isolated / inline).toFixed(2)),
  })
}

/** What runs get through that only wait for something, where each slot could end one after the other. */
async function pauses(): Promise<void> {
  for (const pauseMs of PAUSES_MS) {
    const possible = (SLOTS * 1000) / pauseMs
    const count = Math.min(JOBS, possible * 10)
    const rate = async (isolation: string): Promise<number> =>
      Math.round(await throughput(`pause.${isolation}.${pauseMs}`, count, SLOTS))
    const [inline, isolated] = [await rate('inline'), await rate('process')]
    show('jobs a second that wait for something', {
      pauseMs,
      slots: SLOTS,
      possible,
      inline,
      process: isolated,
    })
  }
}

const measurements = { busy, killed, bare, rates, pauses }
const only = process.argv[3]
for (const [name, measure] of Object.entries(measurements))
  if (only === undefined || only === name) await measure()
