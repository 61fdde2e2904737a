import { ContainerModule } from 'inversify'
import { createApp } from '../../adapters/http/create-app.js'
import { TOKENS } from '../tokens.js'

export const httpModule = new ContainerModule(({ bind }) => {
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
        ping: () => stores.ping(),
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
    ],
  )
})
