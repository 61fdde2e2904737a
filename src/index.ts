export { defineJob, jobRegistry } from './application/default-registry.js'
export { EnqueueJobs, type EnqueueAnswer, type EnqueueRequest } from './application/enqueue-jobs.js'
export { JobRegistry } from './application/job-registry.js'
export { createJobServer, type JobServer } from './bootstrap/create-job-server.js'
export type {
  CallbackSettings,
  JobServerOptions,
  S3Settings,
  WorkerSettings,
} from './bootstrap/job-server-options.js'
export type { EmbeddedRequest, JobClient } from './bootstrap/job-client.js'
export { ConfigError } from './bootstrap/config-error.js'
export { systemClock } from './bootstrap/system-clock.js'
export { createMemoryStores, type MemoryStoresOptions } from './adapters/memory/memory-stores.js'
export type { Callback, CallbackEvent } from './domain/callback.js'
export type { DeclaredSchedule } from './domain/declared-schedule.js'
export { JobServerError, StorageUnavailableError, type ErrorCode } from './domain/errors.js'
export { PermanentError, RetryAfterError, SnoozeError } from './domain/handler-signals.js'
export type { ActiveJob, FinalStatus, FinishedJob, Job, JobStatus, NewJob, QueuedJob } from './domain/job.js'
export type {
  AnyJobDefinition,
  DefinitionRef,
  HookContext,
  JobContext,
  JobDefinition,
  JobLogger,
  ParamsSchema,
  PublishedDefinition,
} from './domain/job-definition.js'
export type { JobEvent } from './domain/job-event.js'
export type { JsonObject, JsonValue } from './domain/json.js'
export type { RetryPolicy } from './domain/retry-policy.js'
export type { Clock } from './application/ports/clock.js'
export type { DefinitionStore } from './application/ports/definition-store.js'
export type { AbortReason, Execution, Executor, RunIo } from './application/ports/executor.js'
export type { FileStore } from './application/ports/file-store.js'
export type * from './application/ports/history-store.js'
export type { JobFilter, JobPage, JobQueries, JobRecord, Page } from './application/ports/job-queries.js'
export type * from './application/ports/job-store.js'
export type * from './application/ports/leader-lock.js'
export { silentLogger, type Logger } from './application/ports/logger.js'
export type { Notifier } from './application/ports/notifier.js'
export type { Stores } from './application/ports/stores.js'
export type * from './application/ports/video-encoder.js'
export type {
  Beat,
  WorkerIncarnation,
  WorkerRecord,
  WorkerRegistry,
} from './application/ports/worker-registry.js'
