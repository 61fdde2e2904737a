import type { Bench, Case } from '../support/bench.js'
import { postMany } from '../support/http-load.js'
import { withJobServer, type StoreName } from '../support/job-server.js'

export const CONNECTIONS = 64
export const WARM_UP = 2_000
/** Nothing of what is enqueued here is run: due in an hour. */
const DELAY_SECONDS = 3_600

export const jobOf = (n: number) => ({ definitionKey: 'noop.inline', params: { message: 'hello', n } })
const laterJobOf = (n: number) => ({ ...jobOf(n), delaySeconds: DELAY_SECONDS })

/** Jobs a second that are accepted, each durable when it is answered. Batches, everybody's, after as many before. */
export const enqueueCases: readonly Case[] = (['postgres', 'sqlite', 'memory'] as const).flatMap(
  (store): Case[] => [
    { measure: 'bulk enqueue', subject: store, run: (bench) => bulk(bench, store) },
    { measure: 'single enqueue', subject: store, run: (bench) => single(bench, store) },
  ],
)

function bulk(bench: Bench, store: StoreName) {
  return withJobServer(bench, store, { workers: 0, slots: 10 }, async (server) => {
    await server.enqueue(bench.jobs, laterJobOf)
    return { perSecond: (bench.jobs / (await server.enqueue(bench.jobs, laterJobOf))) * 1_000 }
  })
}

function single(bench: Bench, store: StoreName) {
  return withJobServer(bench, store, { workers: 0, slots: 10 }, async ({ url }) =>
    singlePosts(url, bench.jobs),
  )
}

/** The load of single requests, also for what answers them without a job server. */
export async function singlePosts(url: string, count: number): Promise<{ perSecond: number }> {
  await postMany(`${url}/v1/jobs`, WARM_UP, CONNECTIONS, laterJobOf)
  const ms = await postMany(`${url}/v1/jobs`, count, CONNECTIONS, laterJobOf)
  return { perSecond: (count / ms) * 1_000 }
}
