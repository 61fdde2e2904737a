/**
 * What open streams cost, with an API and a worker as processes on PostgreSQL: the same load without any, beside 500 idle
 * streams, and with 500 more that each follow a job of it (these are posted and opened within what is measured). Usage: `npm run bench:streams [-- <jobs> [<streams>]]`. Prints one line of JSON for
 * each; fails when a stream missed or repeated an event.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import pg from 'pg'
import { migratePostgres } from '../src/adapters/postgres/postgres-stores.js'
import { get, post, Workplace } from '../test/e2e/support/workplace.js'
import { postJobs } from '../test/faults/support/load.js'
import { followToEnd, messagesOf } from '../test/support/event-source.js'
import { PostgresServer } from '../test/support/postgres-server.js'

const JOBS = Number(process.argv[2] ?? 5_000)
const STREAMS = Number(process.argv[3] ?? 500)
const DELAY_SECONDS = 3
const BATCH = 500

const CHATTY = `import { defineJob } from 'job-server'
export const chatty = defineJob({ key: 'chatty', version: 1, isolation: 'inline', async run(_, ctx) {
  for (const step of ['one', 'two', 'three']) await ctx.emitEvent(step)
} })`

interface Figures {
  readonly transactions: number
  readonly finished: number
}

async function figuresOf(client: pg.Client): Promise<Figures> {
  // Backends report what they did ten seconds later.
  await sleep(10_500)
  const { rows } = await client.query<{ transactions: string; finished: string }>(
    `select (select xact_commit from pg_stat_database where datname = current_database()) as transactions,
      (select count(*) from finished_jobs) as finished`,
  )
  return { transactions: Number(rows[0]?.transactions), finished: Number(rows[0]?.finished) }
}

async function untilFinished(client: pg.Client, count: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ n: string }>('select count(*) as n from finished_jobs')
    if (Number(rows[0]?.n) >= count) return
    await sleep(200)
  }
}

/** Runs work beside it, and tells how many transactions the database had in each second of it. */
async function measured(client: pg.Client, measure: string, work: () => Promise<unknown>): Promise<void> {
  const before = await figuresOf(client)
  const startedAt = performance.now()
  await work()
  const seconds = (performance.now() - startedAt) / 1_000
  const after = await figuresOf(client)
  const perSecond = (count: number): number => Math.round(count / seconds)
  console.log(
    JSON.stringify({
      measure,
      seconds: Number(seconds.toFixed(1)),
      jobsPerSecond: perSecond(after.finished - before.finished),
      transactionsPerSecond: perSecond(after.transactions - before.transactions),
    }),
  )
}

const server = await PostgresServer.start()
const place = new Workplace()
const client = new pg.Client({ connectionString: server.url() })
try {
  await migratePostgres(server.url())
  await client.connect()
  writeFileSync(join(place.path, 'chatty.mjs'), CHATTY)
  const env = {
    DATABASE_URL: server.url(),
    JOB_DEFINITIONS: './chatty.mjs',
    MAX_CONCURRENT_EXECUTIONS: '100',
  }
  const api = await place.run('api', env).ready()
  await place.run('worker', env).ready()
  const job = { definitionKey: 'chatty' }
  const load = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= BATCH) {
      const jobs = Array.from({ length: Math.min(BATCH, left) }, () => job)
      const { status } = await post(`${api}/v1/jobs/batch`, { jobs })
      if (status !== 201) throw new Error(`a batch was answered ${status}`)
    }
  }

  await load(500)
  await untilFinished(client, 500)
  await measured(client, 'the load alone', async () => {
    await load(JOBS)
    await untilFinished(client, 500 + JOBS)
  })

  const idle = { ...job, delaySeconds: 3_600 }
  const { body } = await post(`${api}/v1/jobs`, idle)
  const idleStreams = Array.from({ length: STREAMS }, () =>
    messagesOf(`${api}/v1/jobs/${String(body['jobId'])}/events`),
  )
  await Promise.all(idleStreams.map((stream) => stream.next()))
  await measured(client, `${STREAMS} idle streams`, () => sleep(5_000))
  await measured(client, `${STREAMS} idle streams and the load`, async () => {
    await load(JOBS)
    await untilFinished(client, 500 + 2 * JOBS)
  })

  // Within what is measured: the jobs that are followed must not run before it begins.
  let addresses: string[] = []
  let followed: Awaited<ReturnType<typeof followToEnd>>[] = []
  await measured(
    client,
    `${STREAMS} idle streams, and the load with ${STREAMS} streams of its own`,
    async () => {
      const watched = await postJobs(
        api,
        Array.from({ length: STREAMS }, () => ({ ...job, delaySeconds: DELAY_SECONDS })),
      )
      addresses = watched.map((jobId) => `${api}/v1/jobs/${jobId}/events`)
      const following = Promise.all(addresses.map((address) => followToEnd(() => address)))
      await load(JOBS)
      followed = await following
      await untilFinished(client, 500 + 3 * JOBS + STREAMS)
    },
  )
  for (const [index, { messages, connections }] of followed.entries()) {
    const { events } = await get<{ events: unknown[] }>(addresses[index] ?? '')
    const told = messages.map(({ data }) => data as unknown)
    if (connections !== 1 || !isDeepStrictEqual(told, events))
      throw new Error(`a stream differs from the list of ${String(addresses[index])}`)
  }
  console.log(JSON.stringify({ measure: 'streams that differ from the list of events', streams: 0 }))
  await Promise.all(idleStreams.map((stream) => stream.return(undefined)))
} finally {
  await client.end()
  await place.close()
  await server.stop()
}
