export { defineJob, jobRegistry } from './application/default-registry.js'
export {
  EnqueueJobs,
  type Accepted,
  type EnqueueAnswer,
  type EnqueueRequest,
} from './application/enqueue-jobs.js'
export { JobRegistry } from './application/job-registry.js'
export { createJobServer, type JobServer } from './bootstrap/create-job-server.js'
export type {
  CallbackSettings,
  JobServerOptions,
  S3Settings,
  WorkerSettings,
} from './bootstrap/job-server-options.js'
export type { EmbeddedRequest, EnqueueOptions } from './bootstrap/embedded-request.js'
export type { Enqueuer, JobClient } from './bootstrap/job-client.js'
export type { KoaContext, KoaMiddleware } from './bootstrap/koa-middleware.js'
export { ConfigError } from './bootstrap/config-error.js'
export { systemClock } from './bootstrap/system-clock.js'
export { createMemoryStores, type MemoryStoresOptions } from './adapters/memory/memory-stores.js'
export {
  JobServerError,
  SchemaOutdatedError,
  StorageReadOnlyError,
  StorageUnavailableError,
  type ErrorCode,
} from './domain/errors.js'
export { PermanentError, RetryAfterError, SnoozeError } from './domain/handler-signals.js'
export type * from './ports.js'
export { FileStoreRefusedError } from './application/ports/file-store.js'
export { silentLogger } from './application/ports/logger.js'
export { CANCEL_HINT } from './application/ports/notifier.js'
