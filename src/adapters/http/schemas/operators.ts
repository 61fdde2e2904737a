import { z } from 'zod'
import { ATTEMPT_OUTCOMES } from '../../../domain/attempt.js'
import { DEAD_LETTER_REASONS } from '../../../domain/dead-letter.js'
import { JOB_STATUSES } from '../../../domain/job.js'
import { instant, jobId, jobStatus, jsonObject, plainText, textInteger } from './common.js'
import { givenInstant, maxAttempts, searchText, statusList } from './jobs.js'

const MAX_IDS = 1_000

export const deadLetterParams = z.object({ dlqJobId: jobId.meta({ description: 'Id of a dead letter' }) })

const errorContains = plainText(255)
  .min(1)
  .meta({ description: 'A part of the error; upper and lower case of ASCII letters are the same' })

export const listDeadLettersQuery = z.object({
  definitionKey: plainText(255).optional(),
  errorContains: errorContains.optional(),
  before: givenInstant.optional().meta({ description: 'Only those that were moved here before' }),
  unretried: z.literal('true').optional().meta({ description: 'Only those that no job was made of' }),
  limit: textInteger(1, 1000, 100).optional(),
  offset: textInteger(0, 1_000_000, 0).optional(),
})

const deadLetterFields = {
  dlqJobId: z.uuid(),
  originalJobId: z.uuid(),
  definitionKey: z.string(),
  definitionVersion: z.int(),
  priority: z.int(),
  attempts: z.int(),
  maxAttempts: z.int(),
  queuedAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant,
  errorSummary: z.string().nullable(),
  movedToDlqAt: instant,
  reason: z.enum(DEAD_LETTER_REASONS),
  retriedJobId: z.uuid().nullable().meta({ description: 'The job that was made of it' }),
}

export const deadLetterList = z
  .object({
    jobs: z.array(z.object(deadLetterFields).meta({ id: 'DeadLetterSummary' })),
    total: z.int().meta({ description: 'How many match' }),
  })
  .meta({ id: 'DeadLetterList' })

export const deadLetter = z
  .object({
    ...deadLetterFields,
    params: jsonObject,
    idempotencyKey: z.string().nullable(),
    attemptErrors: z
      .array(
        z.object({
          run: z.int(),
          attempt: z.int(),
          outcome: z.enum(ATTEMPT_OUTCOMES),
          error: z.string().nullable(),
          endedAt: instant,
        }),
      )
      .meta({ description: 'How every run ended, by run' }),
  })
  .meta({ id: 'DeadLetter' })

export const retryDeadLetterBody = z
  .strictObject({ maxAttempts: maxAttempts.optional().meta({ description: "Default: the old job's" }) })
  .meta({ id: 'RetryDeadLetter', examples: [{ maxAttempts: 5 }] })

export const retriedJob = z
  .object({ jobId: z.uuid(), status: jobStatus, message: z.string() })
  .meta({ id: 'RetriedJob' })

const ids = z.array(jobId).min(1).max(MAX_IDS)
const all = z.literal(true).meta({ description: 'In place of every other member: everything' })
const dryRun = z.boolean().optional().meta({ description: 'Only count what matches; default false' })

/** A filter that names nothing would take everything: that has to be said. */
function saysWhat(filter: Readonly<Record<string, unknown>>): boolean {
  return (filter['all'] === true) !== Object.keys(filter).some((name) => name !== 'all')
}

function explained(members: readonly string[]): string {
  return `needs one of ${members.join(', ')}, or {"all": true} alone`
}

const deadLetterFilterShape = {
  definitionKey: plainText(255).min(1).optional(),
  errorContains: errorContains.optional(),
  before: givenInstant.optional().meta({ description: 'Only those that were moved here before' }),
  ids: ids.optional().meta({ description: 'Ids of dead letters' }),
}

export const bulkDeadLettersBody = z
  .strictObject({
    filter: z
      .strictObject({ ...deadLetterFilterShape, all: all.optional() })
      .refine(saysWhat, explained(Object.keys(deadLetterFilterShape)))
      .meta({ id: 'DeadLetterFilter' }),
    dryRun,
  })
  .meta({
    id: 'BulkDeadLetters',
    examples: [{ filter: { definitionKey: 'call.api', errorContains: 'ECONNREFUSED' }, dryRun: true }],
  })

const jobFilterShape = {
  status: z
    .union([statusList, z.array(z.enum(JOB_STATUSES)).min(1).max(JOB_STATUSES.length)], {
      error: `must be one or more of ${JOB_STATUSES.join(', ')}`,
    })
    .optional()
    .meta({ description: 'One, several comma separated, or an array' }),
  definitionKey: plainText(255).min(1).optional(),
  createdAfter: givenInstant.optional().meta({ description: 'Accepted then or later' }),
  createdBefore: givenInstant.optional(),
  q: searchText.min(1).optional(),
  ids: ids.optional().meta({ description: 'Ids of jobs' }),
}

export const bulkJobsBody = z
  .strictObject({
    filter: z
      .strictObject({ ...jobFilterShape, all: all.optional() })
      .refine(saysWhat, explained(Object.keys(jobFilterShape)))
      .meta({ id: 'JobFilter' }),
    dryRun,
  })
  .meta({
    id: 'BulkJobs',
    examples: [
      { filter: { definitionKey: 'echo', createdBefore: '2026-01-01T00:00:00.000Z' }, dryRun: true },
    ],
  })

export const bulkResult = z
  .object({
    matched: z.int().min(0).meta({ description: 'What the operation could take' }),
    done: z.int().min(0).meta({ description: 'What was changed; 0 for a dry run' }),
  })
  .meta({ id: 'BulkResult' })

export const definitionParams = z.object({ key: plainText(255).meta({ description: 'Key of a definition' }) })

export const pausedDefinition = z
  .object({ key: z.string(), paused: z.boolean() })
  .meta({ id: 'PausedDefinition' })
