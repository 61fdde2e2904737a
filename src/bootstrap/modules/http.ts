import { ContainerModule } from 'inversify'
import { createApp } from '../../adapters/http/create-app.js'
import { TOKENS } from '../tokens.js'

export const httpModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.app).toResolvedValue(
    (config, logger, stores, lanes, encoder, files, newId, lifecycle) =>
      createApp({
        enqueue: (request) => lanes.enqueue(request),
        jobs: stores.jobs,
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
      TOKENS.enqueueLanes,
      TOKENS.encoder,
      TOKENS.files,
      TOKENS.newId,
      TOKENS.lifecycle,
    ],
  )
})
