import { dirname } from 'node:path'
import type { Container } from 'inversify'
import { Loop } from '../adapters/worker/loop.js'
import { FileStoreRefusedError } from '../application/ports/file-store.js'
import { StorageUnavailableError } from '../domain/errors.js'
import { ConfigError } from './config-error.js'
import type { Config } from './config.js'
import { publishAll } from './definitions.js'
import { FileSweep } from './file-sweep.js'
import { healthHandler } from './health.js'
import type { Part } from './lifecycle.js'
import { Listener } from './listener.js'
import { untilDatabaseAnswers } from './open-stores.js'
import { checkDatabase, checkDisk, checkThat, checkWorker, type Readiness } from './readiness.js'
import { TOKENS } from './tokens.js'

/** Which parts of a server run in this process. */
export interface Parts {
  readonly api: { readonly host: string; readonly port: number } | null
  readonly worker: boolean
  /** Whether this process is a candidate for leading, and does what a leader does. */
  readonly scheduler: boolean
  readonly health: { readonly host: string; readonly port: number } | null
  /** Whether files are read or written here: uploads, outputs. */
  readonly files: boolean
  /** Whether the stores are closed at the end. */
  readonly closeStores: boolean
}

/** Time beyond the grace of running jobs that a worker has to give them back, write and resign. */
const WORKER_MARGIN_MS = 8_000

/**
 * Puts the parts into the container's lifecycle, stores bound before: publishing, recovery and limits first, the worker and
 * the open ports last, so that those stop first.
 *
 * @returns the listener of the API, if it has one.
 */
export function assemble(container: Container, parts: Parts): Listener | null {
  const lifecycle = container.get(TOKENS.lifecycle)
  const stores = container.get(TOKENS.stores)
  const logger = container.get(TOKENS.logger)
  const exposition = container.get(TOKENS.prometheus)
  const stopped = new AbortController()
  const ports: Listener[] = []

  if (parts.closeStores) lifecycle.add({ name: 'stores', stop: () => stores.close() })
  // Opened last, but tried first: who cannot have its port must not lead, or take jobs that it has to give back at once.
  lifecycle.add({
    name: 'ports',
    start: async () => {
      for (const port of ports) await port.tryOut()
    },
  })
  lifecycle.add({ name: 'prometheus', start: () => exposition.start(), stop: () => exposition.stop() })
  if (parts.files) lifecycle.add({ name: 'files', start: () => prepareFiles(container) })
  lifecycle.add({
    name: 'definitions',
    start: async () => {
      await untilDatabaseAnswers(() => publishAll(container), { logger, signal: stopped.signal })
    },
    stop: () => stopped.abort(),
  })
  lifecycle.add(
    loopPart('recovery', container.get(TOKENS.recovery)),
    loopPart('published limits', container.get(TOKENS.publishedLimits)),
    loopPart('metrics', container.get(TOKENS.metricsFolding)),
  )
  // A database that ends with this process knows nothing of files that others have put there.
  if (parts.files && container.get(TOKENS.config).database.kind !== 'memory')
    lifecycle.add(loopPart('file sweep', new FileSweep(container.get(TOKENS.sweepFiles), logger)))
  if (parts.scheduler) {
    lifecycle.add(leaderPart(container))
    lifecycle.add(schedulerPart(container))
  }
  const lanes = container.get(TOKENS.enqueueLanes)
  lifecycle.add({ name: 'enqueue lanes', stop: () => lanes.idle() })

  watch(container, parts)
  if (parts.health !== null) {
    const readiness = container.get(TOKENS.readiness)
    const [guard, newId] = [container.get(TOKENS.guard), container.get(TOKENS.newId)]
    const handler = healthHandler({ readiness: () => readiness.report(), exposition, guard, newId })
    // Below the worker: whoever asks meanwhile is told that it is not ready yet, or drains.
    const health = new Listener('health', handler, { ...parts.health, variable: 'HEALTH_PORT' })
    lifecycle.add(health)
    ports.push(health)
  }

  // Streams end first: the port waits for its answers.
  const outermost: Part[] = [{ name: 'live feeds', stop: () => stopFeeds(container) }]
  if (parts.worker) outermost.push(workerPart(container))
  const api = parts.api === null ? null : apiListener(container, parts.api)
  if (api !== null) {
    outermost.push(api)
    ports.push(api)
  }
  lifecycle.add(...outermost)
  return api
}

/** What this process has to have for its work. */
function watch(container: Container, parts: Parts): void {
  const readiness = container.get(TOKENS.readiness)
  const lifecycle = container.get(TOKENS.lifecycle)
  readiness.add(
    'stop',
    checkThat('stop', () => !lifecycle.isStopping, 'the server is stopping'),
  )
  readiness.add('database', checkDatabase(container.get(TOKENS.stores)))
  const folders = writtenFolders(container.get(TOKENS.config), parts)
  if (folders.length > 0) readiness.add('disk', checkDisk(folders))
  if (parts.files) watchFiles(container, readiness)
  if (!parts.worker) return
  const worker = container.get(TOKENS.worker)
  readiness.add('worker', checkWorker(worker, container.get(TOKENS.executor), container.get(TOKENS.config)))
}

function writtenFolders({ dataDir, database }: Config, { files }: Parts): readonly string[] {
  const ofDatabase = database.kind === 'sqlite' ? [dirname(database.path)] : []
  return [...new Set([...(files ? [dataDir] : []), ...ofDatabase])]
}

function watchFiles(container: Container, readiness: Readiness): void {
  const { files } = container.get(TOKENS.config)
  // The data directory itself is looked at already.
  if (files.kind === 'folder' && !files.isNamed) return
  const store = container.get(TOKENS.files)
  readiness.add('files', async () => ({ files: (await store.isThere()) ? 'ok' : 'away' }))
}

/**
 * Makes ready where files are kept, and sweeps what a killed server left there. A store that is away is no reason not to start: it
 * may come back, and until then readiness names it.
 *
 * @throws ConfigError when it cannot be used as it is configured.
 */
export async function prepareFiles(container: Container): Promise<void> {
  const { files } = container.get(TOKENS.config)
  try {
    await container.get(TOKENS.files).prepare()
  } catch (error) {
    if (error instanceof FileStoreRefusedError) {
      const variable = files.kind === 'folder' && !files.isNamed ? 'DATA_DIR' : 'FILES'
      throw new ConfigError([`${variable}: ${error.message}`])
    }
    if (!(error instanceof StorageUnavailableError)) throw error
    container.get(TOKENS.logger).warn('no files can be read or kept yet', { reason: error.message })
  }
}

/** Ends every stream and every long poll; new ones end at once. */
export function stopFeeds(container: Container): void {
  container.get(TOKENS.jobFeed).stop()
  container.get(TOKENS.changeFeed).stop()
}

/** @param afterwards what follows the last round. */
function loopPart(
  name: string,
  loop: { start(): void; stop(): Promise<void> },
  afterwards: () => Promise<void> = () => Promise.resolve(),
): Part {
  return {
    name,
    start: () => loop.start(),
    stop: async () => {
      await loop.stop()
      await afterwards()
    },
  }
}

function schedulerPart(container: Container): Part {
  const scheduler = container.get(TOKENS.scheduler)
  return loopPart('scheduler', new Loop(() => scheduler.beat()), () => scheduler.close())
}

/** Stopped after the scheduler, so that nothing is done any more under the term that it gives up. */
function leaderPart(container: Container): Part {
  const leader = container.get(TOKENS.leader)
  return loopPart('leader', new Loop(() => leader.campaign()), () => leader.resign())
}

function workerPart(container: Container): Part {
  const worker = container.get(TOKENS.worker)
  const { cancelGraceMs } = container.get(TOKENS.config)
  return {
    name: 'worker',
    // Whoever is told that a server is ready finds its worker ready.
    start: () => {
      worker.start()
      return worker.firstBeat
    },
    stop: (hurry) => worker.drain(hurry),
    stopWithinMs: cancelGraceMs + WORKER_MARGIN_MS,
  }
}

function apiListener(container: Container, at: { readonly host: string; readonly port: number }): Listener {
  const handle = container.get(TOKENS.app).callback()
  return new Listener('api', (request, response) => void handle(request, response), {
    ...at,
    variable: 'PORT',
  })
}
