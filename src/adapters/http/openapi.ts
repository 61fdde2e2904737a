import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi'
import { PROBLEMS, type ProblemCode } from './problem.js'
import type { ResponseSpec, Route } from './route.js'
import { problemSchema } from './schemas/common.js'

const EVENT_STREAM = 'text/event-stream'

/** Any endpoint may answer these. */
const EVERYWHERE: readonly ProblemCode[] = [
  'malformed-url',
  'invalid-query',
  'request-timeout',
  'payload-too-large',
  'uri-too-long',
  'internal-error',
  'storage-unavailable',
]

/** The OpenAPI 3.1 document of a route table. */
export function openApiDocument(routes: readonly Route[]): object {
  const registry = new OpenAPIRegistry()
  for (const route of routes) registry.registerPath(pathOf(route))
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Job Server',
      version: '1',
      description: 'Background jobs with retries, priorities, leases and video encoding.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
  })
}

type PathConfig = Parameters<OpenAPIRegistry['registerPath']>[0]
type RequestConfig = NonNullable<PathConfig['request']>

function pathOf(route: Route): PathConfig {
  return {
    method: route.method,
    path: route.path.replace(/:(\w+)/g, '{$1}'),
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    request: requestOf(route),
    responses: responsesOf(route),
  }
}

function requestOf({ params, query, requestHeaders, body, form }: Route): RequestConfig {
  const request: RequestConfig = {}
  if (params !== undefined) request.params = params
  if (query !== undefined) request.query = query
  if (requestHeaders !== undefined) request.headers = requestHeaders
  const [mediaType, schema] = form === undefined ? ['application/json', body] : ['multipart/form-data', form]
  if (schema !== undefined) request.body = { required: true, content: { [mediaType]: { schema } } }
  return request
}

function responsesOf(route: Route): Record<string, ResponseConfig> {
  const responses: Record<string, ResponseConfig> = {}
  for (const [status, spec] of Object.entries(route.responses)) responses[status] = responseOf(spec)
  for (const [status, codes] of Object.entries(codesByStatus(new Set([...route.problems, ...EVERYWHERE])))) {
    responses[status] = {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
      ...(status === '503' || status === '429' ? { headers: headersOf({ 'Retry-After': 'Seconds' }) } : {}),
      content: { 'application/problem+json': { schema: problemSchema } },
    }
  }
  return responses
}

function responseOf({
  description,
  schema,
  mediaType = 'application/json',
  eventStream = false,
  headers,
}: ResponseSpec): ResponseConfig {
  return {
    description,
    ...(headers === undefined ? {} : { headers: headersOf(headers) }),
    content: {
      [mediaType]: { schema: schema ?? textOf(mediaType) },
      ...(eventStream ? { [EVENT_STREAM]: { schema: textOf(EVENT_STREAM) } } : {}),
    },
  }
}

function textOf(mediaType: string): object {
  return mediaType === EVENT_STREAM
    ? { type: 'string' }
    : { type: 'string', contentMediaType: 'application/octet-stream' }
}

function headersOf(headers: Readonly<Record<string, string>>): NonNullable<ResponseConfig['headers']> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  )
}

function codesByStatus(codes: ReadonlySet<ProblemCode>): Record<string, ProblemCode[]> {
  const byStatus: Record<string, ProblemCode[]> = {}
  for (const code of codes) (byStatus[String(PROBLEMS[code].status)] ??= []).push(code)
  return byStatus
}
