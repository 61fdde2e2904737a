import { ContainerModule } from 'inversify'
import { createApp } from '../../adapters/http/create-app.js'
import { TOKENS } from '../tokens.js'

export const httpModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.app).toResolvedValue(
    (config, logger, stores, cancelJobs, lanes, encoder, files, newId, lifecycle, exposition) =>
      createApp({
        enqueue: (request) => lanes.enqueue(request),
        jobs: { requestCancel: (ids, now) => cancelJobs.execute(ids, now) },
        queries: stores.queries,
        definitions: stores.definitions,
        metrics: stores.metrics,
        exposition,
        encoder,
        files,
        uploadDir: files.uploadTempDir,
        logger,
        newId,
        clock: stores.clock,
        ping: () => stores.ping(),
        isStopping: () => lifecycle.isStopping,
        limits: {
          maxBodyBytes: config.maxBodyBytes,
          maxUploadBytes: config.maxUploadBytes,
          metricsCacheMs: config.metricsCacheMs,
        },
      }),
    [
      TOKENS.config,
      TOKENS.logger,
      TOKENS.stores,
      TOKENS.cancelJobs,
      TOKENS.enqueueLanes,
      TOKENS.encoder,
      TOKENS.files,
      TOKENS.newId,
      TOKENS.lifecycle,
      TOKENS.prometheus,
    ],
  )
})
