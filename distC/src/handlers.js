/** What `job-server` means inside an isolate: all that a definition module needs, and nothing of the server. */
export { defineJob, jobRegistry } from './application/default-registry.js';
export { JobServerError } from './domain/errors.js';
export { PermanentError, RetryAfterError, SnoozeError } from './domain/handler-signals.js';
//# sourceMappingURL=handlers.js.map