import type { CreateJob } from '../api/types.js'

/** As fields hold them: texts, empty for what is left to the server. */
export interface RunOptions {
  readonly priority: string
  readonly maxAttempts: string
  readonly delaySeconds: string
  readonly idempotencyKey: string
}

/** The body of `POST /v1/jobs`, with nothing in it that was not given; without a version the newest is meant. What is no number is sent as it is, for the server to refuse. */
export function createBodyOf(
  definitionKey: string,
  params: Readonly<Record<string, unknown>>,
  { priority, maxAttempts, delaySeconds, idempotencyKey }: RunOptions,
  definitionVersion?: number,
): CreateJob {
  const body: Record<string, unknown> = { definitionKey, params }
  if (definitionVersion !== undefined) body['definitionVersion'] = definitionVersion
  for (const [name, text] of Object.entries({ priority, maxAttempts, delaySeconds }))
    if (text.trim() !== '') body[name] = Number.isNaN(Number(text)) ? text : Number(text)
  if (idempotencyKey !== '') body['idempotencyKey'] = idempotencyKey
  return body as CreateJob
}
