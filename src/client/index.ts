export { createClient, type Client } from './create-client.js'
export type { AsJson, Definition, JobRequest, ParamsOf, ResultOf, TypedJob } from './definition-types.js'
export {
  ApiError,
  ConnectionError,
  isApiError,
  JobNotSucceededError,
  WaitTimeoutError,
  type Code,
} from './errors.js'
export type { EventOptions, JobEvent } from './event-stream.js'
export { isFinal, type JobHandle, type WaitOptions } from './job-handle.js'
export type { Jobs, PendingJob } from './jobs.js'
export type { AnswerOf, BodyOf, QueryOf, Schemas } from './operations.js'
export type { RetryOptions } from './retry.js'
export type * from './schedule-types.js'
export type { CallOptions, ClientOptions } from './transport.js'
export type { UploadProgress } from './upload.js'
export type { EncodeOptions } from './videos.js'
