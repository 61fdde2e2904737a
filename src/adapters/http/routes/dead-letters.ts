import type { DeadLetterRecord } from '../../../application/ports/job-queries.js'
import { noSuchDeadLetter } from '../../../application/retry-dead-letter.js'
import type { AttemptRecord } from '../../../domain/attempt.js'
import type { FinishedJobSummary } from '../../../domain/job.js'
import type { HttpDeps } from '../deps.js'
import { deadLetterFilterOf } from '../filters.js'
import { BODY_PROBLEMS, route, type Route } from '../route.js'
import {
  bulkDeadLettersBody,
  bulkResult,
  deadLetter,
  deadLetterList,
  deadLetterParams,
  listDeadLettersQuery,
  retriedJob,
  retryDeadLetterBody,
} from '../schemas/operators.js'
import { MAX_ATTEMPTS } from './runs.js'

export function deadLetterRoutes(deps: HttpDeps): Route[] {
  return [list(deps), get(deps), retry(deps), retryAll(deps), discardAll(deps)]
}

function list({ queries }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/dlq',
    operationId: 'listDeadLetters',
    summary: 'List jobs that were given up, newest first',
    tag: 'dead letters',
    access: 'read',
    query: listDeadLettersQuery,
    responses: { 200: { description: 'One page', schema: deadLetterList } },
    problems: ['invalid-query'],
    async handle({ query: { limit = 100, offset = 0, ...filter } }) {
      const { deadLetters, total } = await queries.deadLetters(deadLetterFilterOf(filter), { limit, offset })
      return { status: 200, body: { jobs: deadLetters.map(summaryView), total } }
    },
  })
}

function get({ queries }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/dlq/:dlqJobId',
    operationId: 'getDeadLetter',
    summary: 'A job that was given up, with the error of every attempt',
    tag: 'dead letters',
    access: 'read',
    params: deadLetterParams,
    responses: { 200: { description: 'The dead letter', schema: deadLetter } },
    problems: ['malformed-id', 'dead-letter-not-found'],
    async handle({ params: { dlqJobId } }) {
      const found = await queries.deadLetter(dlqJobId)
      if (found === null) throw noSuchDeadLetter()
      const { params, idempotencyKey, id } = found.job
      const attemptErrors = ((await queries.attempts(id, MAX_ATTEMPTS)) ?? []).map(attemptErrorView)
      return { status: 200, body: { ...summaryView(found), params, idempotencyKey, attemptErrors } }
    },
  })
}

function retry({ retryDeadLetter }: HttpDeps): Route {
  return route({
    method: 'post',
    path: '/v1/dlq/:dlqJobId/retry',
    operationId: 'retryDeadLetter',
    summary: 'Make a new job of a dead letter, once',
    tag: 'dead letters',
    access: 'admin',
    params: deadLetterParams,
    body: retryDeadLetterBody,
    bodyIsOptional: true,
    responses: {
      201: {
        description: 'The new job; the old one stays failed',
        schema: retriedJob,
        headers: { Location: 'Address of the new job' },
      },
    },
    problems: [...BODY_PROBLEMS, 'malformed-id', 'dead-letter-not-found', 'dead-letter-already-retried'],
    async handle({ params: { dlqJobId }, body: { maxAttempts = null } }) {
      const jobId = await retryDeadLetter.execute(dlqJobId, maxAttempts)
      return {
        status: 201,
        headers: { Location: `/v1/jobs/${jobId}` },
        body: { jobId, status: 'queued', message: 'Job retried from DLQ' },
      }
    },
  })
}

function retryAll({ bulk }: HttpDeps): Route {
  return route({
    method: 'post',
    path: '/v1/dlq/retry',
    operationId: 'retryDeadLetters',
    summary: 'Make new jobs of all dead letters that match and were not retried before',
    tag: 'dead letters',
    access: 'admin',
    body: bulkDeadLettersBody,
    responses: {
      200: { description: 'How many matched, and of how many a job was made', schema: bulkResult },
    },
    problems: BODY_PROBLEMS,
    async handle({ body: { filter, dryRun = false } }) {
      return { status: 200, body: await bulk.retryDeadLetters(deadLetterFilterOf(filter), dryRun) }
    },
  })
}

function discardAll({ bulk }: HttpDeps): Route {
  return route({
    method: 'post',
    path: '/v1/dlq/discard',
    operationId: 'discardDeadLetters',
    summary: 'Put all dead letters aside that match; their jobs stay failed',
    tag: 'dead letters',
    access: 'admin',
    body: bulkDeadLettersBody,
    responses: { 200: { description: 'How many matched and were put aside', schema: bulkResult } },
    problems: BODY_PROBLEMS,
    async handle({ body: { filter, dryRun = false } }) {
      return { status: 200, body: await bulk.discardDeadLetters(deadLetterFilterOf(filter), dryRun) }
    },
  })
}

function summaryView({
  deadLetter: { id, reason, movedAt },
  job,
  retriedJobId,
}: DeadLetterRecord<FinishedJobSummary>) {
  return {
    dlqJobId: id,
    originalJobId: job.id,
    definitionKey: job.definitionKey,
    definitionVersion: job.definitionVersion,
    priority: job.priority,
    attempts: job.attempts,
    maxAttempts: job.maxAttempts,
    queuedAt: job.queuedAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: job.finishedAt.toISOString(),
    errorSummary: job.errorSummary,
    movedToDlqAt: movedAt.toISOString(),
    reason,
    retriedJobId,
  }
}

function attemptErrorView({ run, attempt, outcome, error, endedAt }: AttemptRecord) {
  return { run, attempt, outcome, error, endedAt: endedAt?.toISOString() ?? null }
}
