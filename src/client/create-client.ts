import { Jobs } from './jobs.js'
import { Definitions, DeadLetters, Metrics } from './operators.js'
import type { AnswerOf, Schemas } from './operations.js'
import { Schedules } from './schedules.js'
import { Transport, type CallOptions, type ClientOptions } from './transport.js'
import { Videos } from './videos.js'

/** A job server over HTTP. Holds no connection: there is nothing to close. */
export interface Client {
  readonly jobs: Jobs
  readonly deadLetters: DeadLetters
  readonly definitions: Definitions
  readonly schedules: Schedules
  readonly metrics: Metrics
  readonly videos: Videos
  /** Live workers. */
  workers(options?: CallOptions): Promise<readonly Schemas['Worker'][]>
}

/**
 * Makes a client; asks nothing yet.
 *
 * @throws TypeError when the URL is none that can be asked.
 */
export function createClient(options: ClientOptions): Client {
  const { url } = options
  const isWhole = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  // A page may leave its own origin out.
  if (!isWhole && url !== '' && !url.startsWith('/'))
    throw new TypeError(`url: got "${url}", takes http://…, https://…, or a path of the page's own origin`)
  const transport = new Transport(options)
  return {
    jobs: new Jobs(transport),
    deadLetters: new DeadLetters(transport),
    definitions: new Definitions(transport),
    schedules: new Schedules(transport),
    metrics: new Metrics(transport),
    videos: new Videos(transport),
    workers: async (call) =>
      (await transport.json<AnswerOf<'listWorkers'>>('GET', '/v1/workers', call)).workers,
  }
}
