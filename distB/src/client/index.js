export { createClient } from './create-client.js';
export { ApiError, ConnectionError, isApiError, JobNotSucceededError, WaitTimeoutError, } from './errors.js';
export { isFinal } from './job-handle.js';
//# sourceMappingURL=index.js.map