import { z } from 'zod'
import { CALLBACK_EVENTS, DEFAULT_CALLBACK_EVENTS, MAX_CALLBACK_URL } from '../../../domain/callback.js'
import { LAST_INSTANT } from '../../../domain/instant.js'
import { DEFINITION_KEY } from '../../../domain/job-definition.js'
import { JOB_STATUSES, type JobStatus } from '../../../domain/job.js'
import {
  anyJson,
  instant,
  jobStatus,
  jsonObject,
  MAX_INT,
  plainText,
  textInteger,
  textSeconds,
} from './common.js'

const HUNDRED_YEARS_SECONDS = 3_155_760_000

export const definitionKey = z
  .string()
  .regex(DEFINITION_KEY, 'must be 1–255 letters, digits and ._:- , beginning with a letter or digit')
const callbackEvents = CALLBACK_EVENTS.join(', ')

const callback = z
  .strictObject({
    url: plainText(MAX_CALLBACK_URL)
      .refine(isWebAddress, 'must be an absolute http or https URL')
      .meta({ format: 'uri', description: 'Told by signed POST requests; no user name or password' }),
    events: z
      .array(z.enum(CALLBACK_EVENTS, { error: `must be one of ${callbackEvents}` }))
      .min(1, `must name at least one of ${callbackEvents}`)
      .max(CALLBACK_EVENTS.length)
      .optional()
      .meta({ description: `Of which to tell; default ${DEFAULT_CALLBACK_EVENTS.join(', ')}` }),
  })
  .meta({ id: 'CreateCallback' })

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

const idempotencyKey = plainText(255).min(1).meta({ description: 'Without control characters' })
export const priority = z
  .int()
  .min(-MAX_INT - 1)
  .max(MAX_INT)

export const maxAttempts = z.int().min(1).max(1000)

export const BEYOND_LAST_INSTANT = 'must be before the year 10000, UTC'

/** An instant that a caller gives, in any zone. */
export const givenInstant = z.iso
  .datetime({ offset: true, error: 'must be an instant such as 2024-01-01T10:00:00Z' })
  .refine((text) => !(Date.parse(text) > LAST_INSTANT), BEYOND_LAST_INSTANT)

export const searchText = plainText(255).meta({
  description: 'A job id or its beginning, an idempotency key, or words of the error, all of which it has',
})

/** What `POST /v1/jobs` takes. */
export const createJobBody = z
  .strictObject({
    definitionKey,
    definitionVersion: z.int().min(1).max(MAX_INT).optional().meta({ description: 'Default: the newest' }),
    params: jsonObject.optional().meta({
      description:
        'At most 64 levels, 10,000 keys in all, arrays of 100,000 items; no NUL, lone surrogates, integers beyond 2^53 - 1. Default {}',
    }),
    priority: priority.optional().meta({ description: 'Higher runs first; default 0' }),
    maxAttempts: maxAttempts.optional().meta({ description: "Default: the definition's" }),
    idempotencyKey: idempotencyKey.optional(),
    runAt: givenInstant.optional().meta({ description: 'Due time; a past one means now' }),
    delaySeconds: z.number().min(0).max(HUNDRED_YEARS_SECONDS).optional(),
    callback: callback.optional().meta({ description: 'Who is told what becomes of the job' }),
  })
  .meta({
    id: 'CreateJob',
    examples: [
      {
        definitionKey: 'echo',
        definitionVersion: 1,
        params: { message: 'Hello' },
        priority: 5,
        maxAttempts: 3,
      },
      { definitionKey: 'compute.math', params: { operation: 'fibonacci', numbers: [35] }, delaySeconds: 60 },
      {
        definitionKey: 'echo',
        callback: { url: 'https://example.com/hook', events: ['succeeded', 'failed'] },
      },
    ],
  })

export const MAX_BATCH_JOBS = 1_000

export const createJobsBody = z
  .strictObject({
    jobs: z
      .array(createJobBody)
      .min(1)
      .max(MAX_BATCH_JOBS, `must be at most ${MAX_BATCH_JOBS} jobs`)
      .meta({ description: 'Each as `POST /v1/jobs` takes it' }),
  })
  .meta({ id: 'CreateJobs' })

export const createJobsHeaders = z.object({
  traceparent: z.string().optional().meta({ description: 'W3C Trace Context: every job remembers it' }),
})

export const createJobHeaders = z.object({
  'Idempotency-Key': idempotencyKey
    .optional()
    .meta({ description: 'The same as `idempotencyKey` in the body; UTF-8' }),
  traceparent: z
    .string()
    .optional()
    .meta({ description: 'W3C Trace Context: the job remembers it; passed over when it is not valid' }),
})

export const acceptedJob = z.object({ jobId: z.uuid(), status: jobStatus }).meta({ id: 'AcceptedJob' })

export const acceptedJobs = z
  .object({
    results: z
      .array(
        z.object({
          jobId: z.uuid(),
          status: jobStatus,
          duplicate: z.boolean().meta({ description: 'It was there already, by its idempotency key' }),
        }),
      )
      .meta({ description: 'In the order of the jobs' }),
  })
  .meta({ id: 'AcceptedJobs' })

const jobFields = {
  jobId: z.uuid(),
  definitionKey: z.string(),
  definitionVersion: z.int(),
  status: jobStatus,
  attempts: z.int(),
  maxAttempts: z.int(),
  priority: z.int(),
  runAt: instant,
  queuedAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  heartbeatAt: instant.nullable(),
  leaseExpiresAt: instant.nullable(),
  workerId: z.string().nullable(),
  errorSummary: z.string().nullable(),
  progress: z.number().min(0).max(100).nullable(),
  idempotencyKey: z.string().nullable(),
  retriedFrom: z.uuid().nullable().meta({ description: 'The job that this one is the retry of' }),
  scheduleId: z.uuid().nullable().meta({ description: 'The schedule that made it' }),
}

export const jobSummary = z.object(jobFields).meta({ id: 'JobSummary' })
export const job = z
  .object({
    ...jobFields,
    params: jsonObject,
    result: anyJson,
    callback: z
      .object({
        url: z.string().meta({ description: 'Without the values of its query' }),
        events: z.array(z.enum(CALLBACK_EVENTS)),
      })
      .nullable(),
    traceparent: z
      .string()
      .nullable()
      .meta({ description: 'What its enqueue was a part of: W3C Trace Context' }),
  })
  .meta({ id: 'Job' })

const ANY_STATUS = JOB_STATUSES.join('|')

export const statusList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(JOB_STATUSES)))
  .transform((statuses): readonly JobStatus[] => [...new Set(statuses)])
  .meta({
    type: 'string',
    pattern: `^(${ANY_STATUS})(,(${ANY_STATUS}))*$`,
    description: `One or several of ${JOB_STATUSES.join(', ')}; comma separated`,
  })

export const listJobsQuery = z.object({
  status: statusList.optional(),
  definitionKey: plainText(255).optional(),
  createdAfter: givenInstant.optional().meta({ description: 'Accepted then or later' }),
  createdBefore: givenInstant.optional(),
  q: searchText.optional(),
  limit: textInteger(1, 1000, 100).optional(),
  offset: textInteger(0, 1_000_000, 0).optional().meta({ description: 'Beyond the maximum use the cursor' }),
  cursor: plainText(255).optional().meta({ description: '`nextCursor` of the page before' }),
})

export const jobList = z
  .object({
    jobs: z.array(jobSummary),
    total: z.int().meta({ description: 'How many match, counted up to 10,000' }),
    totalIsCapped: z.boolean(),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'JobList' })

export const cancelledJob = z
  .object({ jobId: z.uuid(), status: jobStatus, message: z.string() })
  .meta({ id: 'CancelledJob' })

export const getJobQuery = z.object({
  wait: textSeconds(60)
    .optional()
    .meta({ description: 'Seconds to wait for a final status, before the answer tells the present one' }),
})

export const lastEventHeaders = z.object({
  'Last-Event-ID': z.string().optional().meta({ description: 'Of a stream: only events with a higher id' }),
})

export const listEventsQuery = z.object({
  after: textInteger(0, MAX_INT, 0).optional().meta({ description: 'Only events with a higher id' }),
  limit: textInteger(1, 10_000, 1000).optional(),
})

export const eventList = z
  .object({
    jobId: z.uuid(),
    events: z.array(
      z
        .object({ id: z.int().min(1), eventType: z.string(), at: instant, payload: jsonObject })
        .meta({ id: 'JobEvent' }),
    ),
  })
  .meta({ id: 'EventList' })
