import type { RequestListener } from 'node:http'
import type { Container } from 'inversify'
import { winstonLogger } from '../adapters/logging/winston-logger.js'
import { JobRegistry } from '../application/job-registry.js'
import { withinTransaction } from '../application/within-transaction.js'
import { JobServerError } from '../domain/errors.js'
import type { AnyJobDefinition } from '../domain/job-definition.js'
import { assemble, prepareFiles, stopFeeds } from './assemble.js'
import { bindStores, createContainer } from './container.js'
import { refuseFlawedSchedules } from './declared-schedule-flaws.js'
import { builtinsOf, deliveryOf } from './definitions.js'
import { embeddedConfig, inOptions } from './embedded-config.js'
import {
  enqueueEach,
  requestFor,
  type EmbeddedRequest,
  type EnqueueOptions,
  type Runnable,
} from './embedded-request.js'
import { forgivingNotifier } from './forgiving-notifier.js'
import { EmbeddedClient, type Enqueuer, type JobClient } from './job-client.js'
import type { JobServerOptions } from './job-server-options.js'
import { koaMiddleware, type KoaMiddleware } from './koa-middleware.js'
import type { Listener } from './listener.js'
import { openStores } from './open-stores.js'
import { TOKENS } from './tokens.js'

/** A job server inside another program. It holds no global state, installs no signal handlers and never ends the process. */
export interface JobServer extends JobClient {
  /** Publishes the definitions, then begins to recover, to run jobs and to listen, as the options say. Once. */
  start(): Promise<void>
  /** Takes no more work, lets running jobs end within their grace, gives back the rest, closes the database. For good: everything that is asked is refused then. */
  stop(): Promise<void>
  /** The REST API as a request handler of `node:http`, to be mounted in a server of yours; from the start of this object. */
  callback(): RequestListener
  /**
   * The REST API as middleware for a Koa application of yours, ahead of every body parser: it answers what is below `prefix`, such as
   * `/jobs`, and passes the rest on. Without one it answers everything that reaches it.
   *
   * @throws TypeError when the prefix is no path.
   */
  koaMiddleware(options?: { readonly prefix?: string | undefined }): KoaMiddleware
  /**
   * Takes jobs inside a transaction that you have open, of Knex over `pg` or `better-sqlite3`, on this server's database: they are there
   * if and when it commits, all or none. Await each call by itself, beside no other statement of that transaction.
   *
   * Workers are told after the commit if the process lives that long; if not, they find the jobs by polling, which is the promise.
   *
   * @throws TypeError when it is not an open transaction, or is of another kind of database.
   */
  within(transaction: unknown): Enqueuer
  /** Where the API listens, or `null` while it does not. */
  readonly url: string | null
}

/**
 * Opens (and migrates) the database and puts a server together; nothing runs before `start`.
 *
 * @throws JobServerError `validation-error` for a malformed definition; ConfigError for a malformed option; whatever the
 *   database refuses with.
 */
export async function createJobServer(options: JobServerOptions = {}): Promise<JobServer> {
  const registry = new JobRegistry()
  const logger = options.logger ?? winstonLogger({ level: 'error', format: 'text', to: 'stderr' })
  const config = embeddedConfig(options)
  const adapters = { files: options.fileStore, encoder: options.encoder }
  const container = createContainer({ config, logger, registry, adapters })
  const builtins = options.builtins === true ? builtinsOf(container) : []
  for (const definition of [deliveryOf(container), ...builtins, ...(options.definitions ?? [])])
    registry.register(definition as AnyJobDefinition)
  refuseFlawedSchedules(registry, container.get(TOKENS.calendar))

  const stores = options.stores ?? (await toldInOptions(openStores(config, logger)))
  const ownNotifier = options.notifier ?? options.stores?.notifier
  const notifier = ownNotifier === undefined ? stores.notifier : forgivingNotifier(ownNotifier, logger)
  bindStores(container, { ...stores, notifier })
  const http = options.http ?? false
  const api = assemble(container, {
    api: http === false ? null : { host: config.host, port: config.port },
    worker: options.worker !== false,
    scheduler: true,
    health: null,
    files: http !== false || builtins.length > 0,
    closeStores: options.stores === undefined,
  })
  return new EmbeddedServer(container, api, options.stores === undefined)
}

async function toldInOptions<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw inOptions(error)
  }
}

class EmbeddedServer extends EmbeddedClient implements JobServer {
  private started: Promise<void> | null = null
  private isPublished = false
  private stopped: Promise<void> | null = null

  constructor(
    private readonly container: Container,
    private readonly api: Listener | null,
    private readonly ownsStores: boolean,
  ) {
    super(
      container.get(TOKENS.stores),
      container.get(TOKENS.enqueueLanes),
      container.get(TOKENS.enqueueJobs),
      container.get(TOKENS.cancelJobs),
      container.get(TOKENS.tracing),
    )
  }

  get url(): string | null {
    return this.api?.url ?? null
  }

  async start(): Promise<void> {
    this.refuseWhenStopped()
    this.started ??= toldInOptions(this.container.get(TOKENS.lifecycle).start())
    await this.started
    this.isPublished = true
  }

  override async enqueue(
    what: EmbeddedRequest | Runnable,
    params?: unknown,
    options?: EnqueueOptions,
  ): ReturnType<JobClient['enqueue']> {
    try {
      return await super.enqueue(what, params, options)
    } catch (error) {
      throw error instanceof JobServerError ? this.explained(error) : error
    }
  }

  override async enqueueMany(requests: readonly EmbeddedRequest[]): ReturnType<JobClient['enqueueMany']> {
    const answers = await super.enqueueMany(requests)
    return answers.map((answer) => ('error' in answer ? { error: this.explained(answer.error) } : answer))
  }

  stop(): Promise<void> {
    this.stopped ??= this.end()
    return this.stopped
  }

  callback(): RequestListener {
    prepareFiles(this.container).catch((error: unknown) => {
      this.container.get(TOKENS.logger).error('uploads cannot be kept', { error: String(error) })
    })
    const handle = this.container.get(TOKENS.app).callback()
    return (request, response) => void handle(request, response)
  }

  koaMiddleware({ prefix = '' }: { readonly prefix?: string | undefined } = {}): KoaMiddleware {
    return koaMiddleware(this.callback(), prefix)
  }

  within(transaction: unknown): Enqueuer {
    const stores = this.container.get(TOKENS.stores)
    if (stores.within === undefined) throw new TypeError('these stores take no transactions of others')
    const log = this.container.get(TOKENS.transitions)
    const target = withinTransaction(stores.within(transaction), { ...stores, log })
    const enqueueJobs = this.container.get(TOKENS.enqueueInto)(target)
    const enqueueMany: Enqueuer['enqueueMany'] = (requests) =>
      this.asked(() => enqueueEach(requests, enqueueJobs, this.container.get(TOKENS.tracing)))
    return {
      enqueueMany,
      enqueue: async (what: EmbeddedRequest | Runnable, params?: unknown, options?: EnqueueOptions) => {
        const [answer] = await enqueueMany([requestFor(what, params, options)])
        if (answer === undefined || 'error' in answer) throw answer?.error ?? new Error('no answer')
        return answer
      },
    }
  }

  /** What this server was given itself is not published before its start. */
  private explained(error: JobServerError): JobServerError {
    if (this.isPublished || error.code !== 'unknown-definition') return error
    const message = `${error.message}; this server publishes its own when it starts: await start() first`
    return new JobServerError(error.code, message, error.details)
  }

  /** Nobody would ever run what it took. */
  protected override refuseWhenStopped(): void {
    if (this.stopped !== null) throw new Error('this job server was stopped; make another one')
  }

  private async end(): Promise<void> {
    await this.container.get(TOKENS.lifecycle).stop()
    stopFeeds(this.container)
    // A server that never started has its database open all the same.
    if (this.started === null && this.ownsStores) await this.container.get(TOKENS.stores).close()
  }
}
