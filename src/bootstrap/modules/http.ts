import { ContainerModule } from 'inversify'
import { Guard } from '../../adapters/http/access/guard.js'
import { KeyRing } from '../../adapters/http/access/key-ring.js'
import { RateLimiter } from '../../adapters/http/access/rate-limiter.js'
import { createApp } from '../../adapters/http/create-app.js'
import { PAGE_DIR } from '../page-dir.js'
import { TOKENS } from '../tokens.js'

export const httpModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.keyRing).toResolvedValue(
    ({ apiKeys }, stores) => new KeyRing(apiKeys, stores.apiKeys, stores.clock),
    [TOKENS.config, TOKENS.stores],
  )
  bind(TOKENS.guard).toResolvedValue(
    ({ rateLimitPerSecond, corsOrigins, listensOn }, keys, { clock }) => {
      const limiter =
        rateLimitPerSecond === null ? null : new RateLimiter(rateLimitPerSecond, () => clock.monotonicMs())
      return new Guard({ keys, listensOn, origins: new Set(corsOrigins), limiter })
    },
    [TOKENS.config, TOKENS.keyRing, TOKENS.stores],
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
      changeSchedules,
      runSchedule,
      previewSchedule,
      lanes,
      explainJob,
      jobFeed,
      changeFeed,
      encoder,
      files,
      newId,
      lifecycle,
      readiness,
      guard,
      exposition,
    ) =>
      createApp({
        enqueue: (...job) => lanes.enqueue(...job),
        enqueueAll: (...batch) => lanes.enqueueAll(...batch),
        jobs: { requestCancel: (ids, now) => cancelJobs.execute(ids, now) },
        bulk,
        retryDeadLetter,
        pauseDefinition,
        schedules: stores.schedules,
        changeSchedules,
        runSchedule,
        previewSchedule,
        queries: stores.queries,
        definitions: stores.definitions,
        metrics: stores.metrics,
        exposition,
        workers: stores.workers,
        explain: (jobId) => explainJob.execute(jobId),
        jobFeed,
        changeFeed,
        encoder,
        files,
        uploadDir: files.uploadTempDir,
        pageDir: PAGE_DIR,
        logger,
        newId,
        clock: stores.clock,
        guard,
        corsOrigins: new Set(config.corsOrigins),
        readiness: () => readiness.report(),
        isStopping: () => lifecycle.isStopping,
        limits: {
          maxBodyBytes: config.maxBodyBytes,
          maxBatchBytes: config.maxBatchBytes,
          maxUploadBytes: config.maxUploadBytes,
          metricsCacheMs: config.metricsCacheMs,
          maxStreams: config.maxStreams,
        },
      }),
    [
      TOKENS.config,
      TOKENS.logger,
      TOKENS.stores,
      TOKENS.cancelJobs,
      TOKENS.bulkOperations,
      TOKENS.retryDeadLetter,
      TOKENS.pauseDefinition,
      TOKENS.changeSchedules,
      TOKENS.runSchedule,
      TOKENS.previewSchedule,
      TOKENS.enqueueLanes,
      TOKENS.explainJob,
      TOKENS.jobFeed,
      TOKENS.changeFeed,
      TOKENS.encoder,
      TOKENS.files,
      TOKENS.newId,
      TOKENS.lifecycle,
      TOKENS.readiness,
      TOKENS.guard,
      TOKENS.prometheus,
    ],
  )
})
