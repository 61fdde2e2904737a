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
      lanes,
      explainJob,
      jobFeed,
      changeFeed,
      encoder,
      files,
      newId,
      lifecycle,
    ) =>
      createApp({
        enqueue: (request) => lanes.enqueue(request),
        jobs: { requestCancel: (ids, now) => cancelJobs.execute(ids, now) },
        queries: stores.queries,
        definitions: stores.definitions,
        workers: stores.workers,
        explain: (jobId) => explainJob.execute(jobId),
        jobFeed,
        changeFeed,
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
          maxStreams: config.maxStreams,
        },
      }),
    [
      TOKENS.config,
      TOKENS.logger,
      TOKENS.stores,
      TOKENS.cancelJobs,
      TOKENS.enqueueLanes,
      TOKENS.explainJob,
      TOKENS.jobFeed,
      TOKENS.changeFeed,
      TOKENS.encoder,
      TOKENS.files,
      TOKENS.newId,
      TOKENS.lifecycle,
    ],
  )
})
