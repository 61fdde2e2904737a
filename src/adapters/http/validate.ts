import type { z } from 'zod'
import { JobServerError } from '../../domain/errors.js'
import { escapePointer, type Flaw } from '../../domain/json.js'
import { RequestError } from './problem.js'

const MAX_TOLD = 100

/**
 * Checks a parsed JSON object against its schema; unknown fields are refused.
 *
 * @throws JobServerError `validation-error` with a pointer for each flaw.
 */
export function parseBody<S extends z.ZodObject>(
  schema: S,
  body: Readonly<Record<string, unknown>>,
): z.output<S> {
  const parsed = parse(schema, body)
  if ('flaws' in parsed) {
    throw new JobServerError('validation-error', 'the body does not fit its schema', { flaws: parsed.flaws })
  }
  return parsed.value
}

/**
 * Checks a query string: each parameter known, given once and well formed. An empty one counts as not given.
 *
 * @throws RequestError `invalid-query`.
 */
export function parseQuery<S extends z.ZodObject>(schema: S | undefined, querystring: string): z.output<S> {
  if (querystring === '' && schema === undefined) return {} as z.output<S>
  const given = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(querystring)) {
    if (given.has(name))
      throw invalidQuery([{ pointer: `/${escapePointer(name)}`, message: 'is given twice' }])
    given.set(name, value)
  }
  const filled = Object.fromEntries(
    [...given].filter(([name, value]) => value !== '' || !knows(schema, name)),
  )
  const parsed = parse(schema, filled)
  if ('flaws' in parsed) throw invalidQuery(parsed.flaws)
  return parsed.value
}

function invalidQuery(flaws: readonly Flaw[]): RequestError {
  return new RequestError('invalid-query', 'the query parameters are not valid', { flaws })
}

function knows(schema: z.ZodObject | undefined, name: string): boolean {
  return schema !== undefined && Object.hasOwn(schema.shape, name)
}

/** Checks a flat or nested object. */
export function parse<S extends z.ZodObject>(
  schema: S | undefined,
  input: Readonly<Record<string, unknown>>,
): { readonly value: z.output<S> } | { readonly flaws: readonly Flaw[] } {
  const unknown = Object.keys(input).filter((name) => !knows(schema, name))
  if (unknown.length > 0) {
    return {
      flaws: unknown.slice(0, 5).map((name) => ({
        pointer: `/${escapePointer(name.toWellFormed())}`,
        message: 'is not known',
      })),
    }
  }
  if (schema === undefined) return { value: {} as z.output<S> }
  const result = schema.safeParse(input)
  if (result.success) return { value: result.data }
  return {
    flaws: withoutEchoes(result.error.issues).map(({ path, message }) => ({
      pointer: path.map((key) => `/${escapePointer(String(key))}`).join(''),
      message: message.slice(0, MAX_TOLD),
    })),
  }
}

/** Of a text in place of a list, say, not also how long it may be: zod measures whatever has a length. */
function withoutEchoes(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const ofWrongType = new Set(
    issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => path.join('/')),
  )
  return issues.filter(({ code, path }) => !code.startsWith('too_') || !ofWrongType.has(path.join('/')))
}
