import type { Readable } from 'node:stream'
import type { Context } from 'koa'
import type { z } from 'zod'
import type { Access } from './access/guard.js'
import type { ProblemCode } from './problem.js'

type Shape = z.ZodObject

/** What may be wrong with any JSON body. */
export const BODY_PROBLEMS: readonly ProblemCode[] = [
  'validation-error',
  'malformed-json',
  'payload-too-large',
  'unsupported-media-type',
]

/** What a handler is given: everything that its schemas let through, and the raw context for uploads and streams. */
export interface RouteInput<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly ctx: Context
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Absent: no body. */
  readonly body?: object | Readable
}

export interface ResponseSpec {
  readonly description: string
  /** Absent: no JSON body. */
  readonly schema?: z.ZodType
  /** It may be asked for as server-sent events, too. */
  readonly eventStream?: boolean
  /** No body at all. */
  readonly isEmpty?: boolean
  /** For answers that are not JSON. */
  readonly mediaType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** One endpoint: the router, the validation and the OpenAPI document are all made from it. */
export interface Route {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** In the router's notation, `/v1/jobs/:jobId`. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly tag: string
  /** Who may: the scope that a key needs, or `public`. */
  readonly access: Access
  readonly params?: Shape | undefined
  readonly query?: Shape | undefined
  /** A JSON body; the schema sees an object, never anything else. */
  readonly body?: Shape | undefined
  /** No body is the same as an empty object. */
  readonly bodyIsOptional?: boolean
  /** Its body may be as long as one of many things. */
  readonly isBatch?: boolean
  /** A multipart body, which the handler reads itself; for the document only. */
  readonly form?: z.ZodType | undefined
  readonly requestHeaders?: Shape | undefined
  readonly responses: Readonly<Record<number, ResponseSpec>>
  readonly problems: readonly ProblemCode[]
  handle(input: RouteInput<unknown, unknown, unknown>): Promise<Answer>
}

type Parsed<S> = S extends Shape ? z.output<S> : undefined

/** Types a route's handler by its schemas. */
export function route<
  const P extends Shape | undefined = undefined,
  const Q extends Shape | undefined = undefined,
  const B extends Shape | undefined = undefined,
>(
  spec: Omit<Route, 'params' | 'query' | 'body' | 'handle'> & {
    readonly params?: P
    readonly query?: Q
    readonly body?: B
    handle(input: RouteInput<Parsed<P>, Parsed<Q>, Parsed<B>>): Promise<Answer>
  },
): Route {
  return spec
}
