import type { AnswerOf, BodyOf, QueryOf, Schemas } from './operations.js'
import type { CallOptions, Transport } from './transport.js'

/** Jobs that were given up. */
export class DeadLetters {
  constructor(private readonly transport: Transport) {}

  list(
    query: QueryOf<'listDeadLetters'> = {},
    options: CallOptions = {},
  ): Promise<AnswerOf<'listDeadLetters'>> {
    return this.transport.json('GET', '/v1/dlq', { query, ...options })
  }

  /** With the error of every attempt. @throws ApiError `dead-letter-not-found`. */
  get(dlqJobId: string, options: CallOptions = {}): Promise<Schemas['DeadLetter']> {
    return this.transport.json('GET', `/v1/dlq/${encodeURIComponent(dlqJobId)}`, options)
  }

  /** Makes a new job of it, once. @throws ApiError `dead-letter-already-retried`, whose problem names the `jobId`. */
  retry(
    dlqJobId: string,
    body: BodyOf<'retryDeadLetter'> = {},
    options: CallOptions = {},
  ): Promise<AnswerOf<'retryDeadLetter'>> {
    const path = `/v1/dlq/${encodeURIComponent(dlqJobId)}/retry`
    return this.transport.json('POST', path, { body, ...options })
  }

  /** Makes new jobs of all that match. */
  retryAll(body: BodyOf<'retryDeadLetters'>, options: CallOptions = {}): Promise<Schemas['BulkResult']> {
    return this.transport.json('POST', '/v1/dlq/retry', { body, ...options })
  }

  /** Puts all aside that match; their jobs stay failed. */
  discardAll(body: BodyOf<'discardDeadLetters'>, options: CallOptions = {}): Promise<Schemas['BulkResult']> {
    return this.transport.json('POST', '/v1/dlq/discard', { body, ...options })
  }
}

/** What kinds of jobs the server knows. */
export class Definitions {
  constructor(private readonly transport: Transport) {}

  async list(options: CallOptions = {}): Promise<readonly Schemas['Definition'][]> {
    const path = '/v1/definitions'
    return (await this.transport.json<AnswerOf<'listDefinitions'>>('GET', path, options)).definitions
  }

  /** Starts no more jobs of this key; running ones finish. */
  pause(key: string, options: CallOptions = {}): Promise<AnswerOf<'pauseDefinition'>> {
    return this.transport.json('POST', `/v1/definitions/${encodeURIComponent(key)}/pause`, options)
  }

  resume(key: string, options: CallOptions = {}): Promise<AnswerOf<'resumeDefinition'>> {
    return this.transport.json('POST', `/v1/definitions/${encodeURIComponent(key)}/resume`, options)
  }
}

/** Figures; `ttl` says how many seconds old they may be. */
export class Metrics {
  constructor(private readonly transport: Transport) {}

  overview(query: QueryOf<'getMetrics'> = {}, options: CallOptions = {}): Promise<AnswerOf<'getMetrics'>> {
    return this.transport.json('GET', '/v1/metrics', { query, ...options })
  }

  definitions(
    query: QueryOf<'getDefinitionMetrics'> = {},
    options: CallOptions = {},
  ): Promise<AnswerOf<'getDefinitionMetrics'>> {
    return this.transport.json('GET', '/v1/metrics/definitions', { query, ...options })
  }

  throughput(
    query: QueryOf<'getThroughput'> = {},
    options: CallOptions = {},
  ): Promise<AnswerOf<'getThroughput'>> {
    return this.transport.json('GET', '/v1/metrics/throughput', { query, ...options })
  }

  latency(query: QueryOf<'getLatency'> = {}, options: CallOptions = {}): Promise<AnswerOf<'getLatency'>> {
    return this.transport.json('GET', '/v1/metrics/latency', { query, ...options })
  }
}
