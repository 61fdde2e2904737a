import { ContainerModule } from 'inversify'
import { Guard } from '../../adapters/http/access/guard.js'
import { KeyRing } from '../../adapters/http/access/key-ring.js'
import { RateLimiter } from '../../adapters/http/access/rate-limiter.js'
import { createApp } from '../../adapters/http/create-app.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Config } from '../config.js'
import { TOKENS } from '../tokens.js'

export const httpModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.keyRing).toResolvedValue(
    ({ apiKeys }, stores) => new KeyRing(apiKeys, stores.apiKeys, stores.clock),
    [TOKENS.config, TOKENS.stores],
  )
  bind(TOKENS.app).toResolvedValue(
    (
      config,
      logger,
      stores,
      cancelJobs,
      bulk,
      retryDeadLetter,
      pauseDefinition,
      lanes,
      encoder,
      files,
      newId,
      lifecycle,
      readiness,
      keys,
    ) =>
      createApp({
        enqueue: (request) => lanes.enqueue(request),
        jobs: { requestCancel: (ids, now) => cancelJobs.execute(ids, now) },
        bulk,
        retryDeadLetter,
        pauseDefinition,
        queries: stores.queries,
        definitions: stores.definitions,
        encoder,
        files,
        uploadDir: files.uploadTempDir,
        logger,
        newId,
        clock: stores.clock,
        guard: guardOf(config, keys, stores.clock),
        corsOrigins: new Set(config.corsOrigins),
        readiness: () => readiness.report(),
        isStopping: () => lifecycle.isStopping,
        limits: { maxBodyBytes: config.maxBodyBytes, maxUploadBytes: config.maxUploadBytes },
      }),
    [
      TOKENS.config,
      TOKENS.logger,
      TOKENS.stores,
      TOKENS.cancelJobs,
      TOKENS.bulkOperations,
      TOKENS.retryDeadLetter,
      TOKENS.pauseDefinition,
      TOKENS.enqueueLanes,
      TOKENS.encoder,
      TOKENS.files,
      TOKENS.newId,
      TOKENS.lifecycle,
      TOKENS.readiness,
      TOKENS.keyRing,
    ],
  )
})

function guardOf(config: Config, keys: KeyRing, clock: Clock): Guard {
  const { rateLimitPerSecond, corsOrigins, listensOn } = config
  const limiter =
    rateLimitPerSecond === null ? null : new RateLimiter(rateLimitPerSecond, () => clock.monotonicMs())
  return new Guard({ keys, listensOn, origins: new Set(corsOrigins), limiter })
}
