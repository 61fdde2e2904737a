/**
 * How quickly jobs start, how soon lost ones start again and whether event loops stall, with real processes on PostgreSQL and
 * SQLite. Usage: `npm run bench:starts [-- <samples> [<measurement> [<store>]]]`. Prints one line of JSON for each measurement; times are milliseconds.
 */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { migratePostgres } from '../src/adapters/postgres/postgres-stores.js'
import { post, untilStatus, Workplace } from '../test/e2e/support/workplace.js'
import { Ledger, type Entry } from '../test/faults/support/ledger.js'
import { postJobs } from '../test/faults/support/load.js'
import { PostgresServer } from '../test/support/postgres-server.js'
import { untilPasses } from '../test/support/until.js'

const SAMPLES = Number(process.argv[2] ?? 1_000)
const LEASE_MS = 3_000
const KILLS = 5
const POSTING_MS = 20_000

interface Setting {
  readonly store: string
  readonly place: Workplace
  readonly env: Readonly<Record<string, string>>
}

function report(setting: Setting, measure: string, times: readonly number[], bound: number): void {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): number =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(1))
  const over = sorted.filter((time) => time > bound).length
  const figures = { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), bound, over }
  console.log(JSON.stringify({ store: setting.store, measure, ...figures }))
}

const time = (): number => performance.timeOrigin + performance.now()

async function startsOf(ledger: Ledger, jobId: string): Promise<Entry> {
  let found: Entry | undefined
  await untilPasses(() => {
    found = ledger.starts(jobId)[0]
    if (found === undefined) throw new Error(`${jobId} did not start`)
  }, 70_000)
  return found as Entry
}

/** Looks twice a second only: reading the ledger takes the processor from those that are measured. */
async function untilNoted(ledger: Ledger, what: Entry['what'], count: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (ledger.entries().filter((entry) => entry.what === what).length >= count) return
    await sleep(500)
  }
  throw new Error(`fewer than ${count} jobs came to their ${what}`)
}

/**
 * Posts jobs that are all due at one moment after they were posted: what is measured is the worker, not the machine that is busy with
 * posting. @returns that moment.
 */
async function postForLater(api: string, bodies: readonly object[]): Promise<number> {
  const begin = Date.now() + POSTING_MS
  const runAt = new Date(begin).toISOString()
  await postJobs(
    api,
    bodies.map((body) => ({ ...body, runAt })),
  )
  if (Date.now() > begin) throw new Error('posting took too long')
  return begin
}

/** From the answer of the API to the first line of the handler, in another process that has nothing to do. */
async function idleWorker({ place, env, store }: Setting): Promise<void> {
  const ledger = new Ledger(place.path)
  const worker = place.run('worker', { ...env, ...ledger.env })
  const server = place.run('api', { ...env, ...ledger.env })
  const api = await server.ready()
  await worker.ready()
  await sleep(2_000)
  const posted = new Map<string, number>()
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const { body } = await post(`${api}/v1/jobs`, { definitionKey: 'ledger.free' })
    posted.set(String(body['jobId']), time())
    // Long enough for the worker to be idle again, irregular so that no timer falls in step with it.
    await sleep(8 + (sample % 7))
  }
  await untilNoted(ledger, 'start', SAMPLES)
  const starts = ledger.entries().filter(({ what }) => what === 'start')
  const waits = starts.map(({ jobId, at }) => Math.max(0, at - (posted.get(jobId) ?? NaN)))
  report({ place, env, store }, 'enqueued to an idle worker, until it starts', waits, 50)
  await Promise.all([worker.stop(), server.stop()])
}

/** From the end of the one job that may run to the start of the next, with two workers that wait for the place. */
async function freedPlace({ place, env, store }: Setting): Promise<void> {
  const ledger = new Ledger(place.path)
  const roles = [
    place.run('worker', { ...env, ...ledger.env }),
    place.run('worker', { ...env, ...ledger.env }),
  ]
  const server = place.run('api', { ...env, ...ledger.env })
  const api = await server.ready()
  await Promise.all(roles.map((role) => role.ready()))
  await sleep(4_000)
  const jobs = Array.from({ length: SAMPLES + 1 }, (_, n) => ({
    definitionKey: 'ledger.single',
    params: { ms: n % 5 },
  }))
  await postForLater(api, jobs)
  await untilNoted(ledger, 'end', SAMPLES + 1)
  const entries = ledger.entries()
  const gaps = entries.flatMap(({ what, at }, index) => {
    const previous = entries[index - 1]
    return what === 'start' && previous?.what === 'end' ? [at - previous.at] : []
  })
  report({ place, env, store }, 'a place becomes free, until the next job has it', gaps, 100)
  await Promise.all([...roles, server].map((role) => role.stop()))
}

/** From kill -9 of the worker to the start of its job in another one. */
async function killedWorker({ place, env, store }: Setting): Promise<void> {
  const lease = { LEASE_DURATION_SECONDS: String(LEASE_MS / 1000), HEARTBEAT_INTERVAL_SECONDS: '0.5' }
  const ledger = new Ledger(place.path)
  const roleEnv = { ...env, ...lease, ...ledger.env }
  const server = place.run('api', roleEnv)
  const api = await server.ready()
  let victim = place.run('worker', roleEnv)
  await victim.ready()
  const times: number[] = []
  for (let round = 0; round < KILLS; round += 1) {
    const { body } = await post(`${api}/v1/jobs`, { definitionKey: 'ledger.free', params: { ms: 30_000 } })
    const jobId = String(body['jobId'])
    await startsOf(ledger, jobId)
    const heir = place.run('worker', roleEnv)
    await heir.ready()
    await sleep(LEASE_MS + 100 * round)
    const killedAt = time()
    await victim.kill()
    await untilPasses(() => {
      if (ledger.starts(jobId).length < 2) throw new Error('not taken over')
    }, 30_000)
    times.push((ledger.starts(jobId)[1]?.at ?? NaN) - killedAt)
    await post(`${api}/v1/jobs/${jobId}/cancel`, {})
    await untilStatus(api, jobId, 'cancelled')
    victim = heir
  }
  report(
    { place, env, store },
    `kill -9, until the job runs elsewhere (lease ${LEASE_MS})`,
    times,
    LEASE_MS * 1.5,
  )
  await Promise.all([victim.stop(), server.stop()])
}

/**
 * The longest that each worker's event loop was held up, and what of that it took the processor: by its own work, by isolates that
 * want the same processors, or by the disk.
 */
async function stalls(setting: Setting): Promise<void> {
  await stallsOf({ ...setting, env: { ...setting.env, LEDGER_ISOLATION: 'inline' } }, 'inline')
  await stallsOf(setting, 'isolated')
}

/** Watches its own event loop, and has nothing else to do. */
const BYSTANDER = `import(${JSON.stringify(new URL('../test/faults/support/watch-stalls.mjs', import.meta.url).href)}).then(({ watchStalls }) => {
  const { appendFileSync } = require('node:fs')
  watchStalls((entry) => appendFileSync(process.env.LEDGER, JSON.stringify({ ...entry, pid: process.pid }) + '\\n'))
  setInterval(() => undefined, 1_000)
})`

async function stallsOf({ place, env, store }: Setting, handlers: string): Promise<void> {
  const ledger = new Ledger(place.path)
  const roleEnv = { ...env, ...ledger.env, LEDGER_STALLS: 'yes' }
  const roles = [place.run('worker', roleEnv), place.run('worker', roleEnv)]
  const server = place.run('api', { ...env, ...ledger.env })
  const api = await server.ready()
  await Promise.all(roles.map((role) => role.ready()))
  await sleep(2_000)
  const bystander = spawn(process.execPath, ['-e', BYSTANDER], { env: { ...process.env, ...ledger.env } })
  const endsBefore = ledger.entries().filter(({ what }) => what === 'end').length
  const bodies = Array.from({ length: 5_000 }, (_, n) => ({
    definitionKey: n % 5 === 0 ? 'ledger.limited' : 'ledger.free',
    params: { ms: n % 3 },
  }))
  const begin = await postForLater(api, bodies)
  await untilNoted(ledger, 'end', endsBefore + bodies.length)
  await sleep(200)
  bystander.kill()
  const longest = new Map<number, Entry>()
  for (const entry of ledger.entries())
    if (entry.what === 'stall' && entry.at > begin && (entry.ms ?? 0) > (longest.get(entry.pid)?.ms ?? 0))
      longest.set(entry.pid, entry)
  const of = (pid: number | undefined): readonly number[] => {
    const { ms = 0, cpuMs = 0 } = longest.get(pid ?? 0) ?? {}
    return [ms, cpuMs].map(Math.round)
  }
  const [other = 0] = of(bystander.pid)
  longest.delete(bystander.pid ?? 0)
  const workers = [...longest.keys()].map(of)
  const measure = `longest stall of each worker, 5,000 jobs, ${handlers}`
  // A process that does nothing else shows what of it is the machine's.
  console.log(JSON.stringify({ store, measure, workers, bystander: other, bound: 50 }))
  await Promise.all([...roles, server].map((role) => role.stop()))
}

async function measure(store: string, env: Readonly<Record<string, string>>): Promise<void> {
  const only = process.argv[3]
  const runs = { idleWorker, freedPlace, stalls, killedWorker }
  for (const [name, run] of Object.entries(runs)) {
    if (only !== undefined && only !== name) continue
    const place = new Workplace()
    try {
      await run({ store, place, env })
    } finally {
      await place.close()
    }
  }
}

const store = process.argv[4]
if (store !== 'sqlite') {
  const server = await PostgresServer.start()
  try {
    await migratePostgres(server.url())
    await measure('postgres', { DATABASE_URL: server.url() })
  } finally {
    await server.stop()
  }
}
if (store !== 'postgres') await measure('sqlite', {})
