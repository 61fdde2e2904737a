import type { CreateJob, Job } from '../api/types.js'

/** What starts a job like this one: never its idempotency key, which would answer with the old one. */
export function againBody(
  job: Pick<Job, 'definitionKey' | 'definitionVersion' | 'params' | 'priority' | 'maxAttempts'>,
): CreateJob {
  const { definitionKey, definitionVersion, params, priority, maxAttempts } = job
  return {
    definitionKey,
    definitionVersion,
    params,
    ...(priority === 0 ? {} : { priority }),
    maxAttempts,
  }
}
