import { setTimeout as sleep } from 'node:timers/promises'
import { get } from '../../test/e2e/support/workplace.js'
import type { Bench, Case } from '../support/bench.js'
import { quantile, type Readings } from '../support/figures.js'
import { HttpConnection, postMany } from '../support/http-load.js'
import { withJobServer, type JobServer, type StoreName } from '../support/job-server.js'
import { CONNECTIONS, WARM_UP } from './enqueue.js'

const SAMPLES = 200
const SLOTS = 10
const WAITING = 100_000
const IDLE_MS = 1_000
const LOCATION = /\r\nlocation: (\S+)/i

/** From before the request is sent to the first line of the handler, in milliseconds; the worker has nothing else to do. */
export const latencyCases: readonly Case[] = [
  latencyCase('postgres', 'inline'),
  latencyCase('postgres', 'process'),
  latencyCase('sqlite', 'inline'),
  latencyCase('sqlite', 'process'),
  latencyCase('memory', 'inline'),
]

function latencyCase(store: StoreName, isolation: 'inline' | 'process'): Case {
  return {
    measure: 'latency',
    subject: `${store}, ${isolation}`,
    run: (bench) =>
      withJobServer(bench, store, { slots: SLOTS }, (server) => latency(server, `noop.${isolation}`)),
  }
}

/** The same while many jobs of higher priority wait for a place that another one holds, and without them. */
export const saturatedCases: readonly Case[] = [0, WAITING].map((waiting) => ({
  measure: 'latency beside a saturated definition',
  subject: `postgres, ${waiting} waiting`,
  run: (bench: Bench) =>
    withJobServer(bench, 'postgres', { slots: SLOTS }, async (server) => {
      await server.enqueue(waiting + 1, () => ({ definitionKey: 'saturated', priority: 10 }))
      await sleep(IDLE_MS)
      return latency(server, 'noop.inline')
    }),
}))

async function latency(server: JobServer, definitionKey: string): Promise<Readings> {
  const { url } = server
  // A server that has just begun runs code that nothing has compiled yet.
  await postMany(`${url}/v1/jobs`, WARM_UP, CONNECTIONS, () => ({ definitionKey, params: { t: 0 } }))
  await server.untilDone(definitionKey)
  await sampleStarts(url, definitionKey, 20)
  await sleep(IDLE_MS)
  const waits = await sampleStarts(url, definitionKey, SAMPLES)
  return { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) }
}

/** Sends jobs one after the other, so slowly that workers are idle again. @returns for each from before its request to the first line of its handler. */
export async function sampleStarts(
  url: string,
  definitionKey: string,
  count: number,
): Promise<readonly number[]> {
  const connection = await HttpConnection.open(`${url}/v1/jobs`)
  const places: string[] = []
  try {
    for (let n = 0; n < count; n += 1) {
      const params = { t: Number(process.hrtime.bigint()) / 1e6 }
      const head = await connection.send(connection.requestOf({ definitionKey, params }))
      const place = LOCATION.exec(head)?.[1]
      if (place === undefined) throw new Error(`an answer does not say where its job is: ${head}`)
      places.push(place)
      // Long enough for the worker to be idle again, irregular so that no timer falls in step with it.
      await sleep(20 + (n % 7))
    }
  } finally {
    connection.close()
  }
  const waits: number[] = []
  for (const place of places) {
    const job = await get<{ result: { waitedMs: number } | null }>(`${url}${place}?wait=10`)
    if (job.result === null) throw new Error(`${place} has not succeeded`)
    waits.push(job.result.waitedMs)
  }
  return waits
}
