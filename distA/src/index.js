export { defineJob, jobRegistry } from './application/default-registry.js';
export { EnqueueJobs } from './application/enqueue-jobs.js';
export { JobRegistry } from './application/job-registry.js';
export { createJobServer } from './bootstrap/create-job-server.js';
export { ConfigError } from './bootstrap/config-error.js';
export { systemClock } from './bootstrap/system-clock.js';
export { createMemoryStores } from './adapters/memory/memory-stores.js';
export { JobServerError, StorageUnavailableError } from './domain/errors.js';
export { PermanentError, RetryAfterError, SnoozeError } from './domain/handler-signals.js';
export { FileStoreRefusedError } from './application/ports/file-store.js';
export { silentLogger } from './application/ports/logger.js';
export { CANCEL_HINT } from './application/ports/notifier.js';
//# sourceMappingURL=index.js.map