import type { DeadLetterFilter, JobFilter } from '../../application/ports/job-queries.js'
import type { JobStatus } from '../../domain/job.js'
import { jobSearch } from '../../domain/job-search.js'

/** A filter of jobs as it comes over the wire, checked. */
interface GivenJobFilter {
  readonly status?: readonly JobStatus[] | undefined
  readonly definitionKey?: string | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
  readonly q?: string | undefined
  readonly ids?: readonly string[] | undefined
}

export function jobFilterOf(given: GivenJobFilter): JobFilter {
  const { status, definitionKey, createdAfter, createdBefore, q, ids } = given
  return {
    ...(status === undefined ? {} : { statuses: status }),
    ...(definitionKey === undefined ? {} : { definitionKey }),
    ...(createdAfter === undefined ? {} : { createdAfter: new Date(createdAfter) }),
    ...(createdBefore === undefined ? {} : { createdBefore: new Date(createdBefore) }),
    ...(q === undefined ? {} : { search: jobSearch(q) }),
    ...(ids === undefined ? {} : { ids }),
  }
}

interface GivenDeadLetterFilter {
  readonly definitionKey?: string | undefined
  readonly errorContains?: string | undefined
  readonly before?: string | undefined
  readonly ids?: readonly string[] | undefined
  readonly unretried?: 'true' | undefined
}

export function deadLetterFilterOf(given: GivenDeadLetterFilter): DeadLetterFilter {
  const { definitionKey, errorContains, before, ids, unretried } = given
  return {
    ...(definitionKey === undefined ? {} : { definitionKey }),
    ...(errorContains === undefined ? {} : { errorContains }),
    ...(before === undefined ? {} : { movedBefore: new Date(before) }),
    ...(ids === undefined ? {} : { ids }),
    ...(unretried === undefined ? {} : { unretried: true }),
  }
}
