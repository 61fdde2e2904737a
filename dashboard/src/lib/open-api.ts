/** A JSON Schema of the document, as far as it is read here. */
export interface ApiSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, ApiSchema>>
  readonly required?: readonly string[]
  readonly items?: ApiSchema
  readonly anyOf?: readonly ApiSchema[]
  readonly oneOf?: readonly ApiSchema[]
  readonly allOf?: readonly ApiSchema[]
  readonly format?: string
}

export interface ApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description?: string
  readonly schema?: ApiSchema
}

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly ApiParameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

type Content = Readonly<Record<string, { readonly schema?: ApiSchema }>>

export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, ApiSchema>> }
}

/** One endpoint, ready to be shown and tried. */
export interface Endpoint {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly tag: string
  /** The scope that a key needs; `null`: none. */
  readonly scope: string | null
  readonly parameters: readonly ApiParameter[]
  readonly body: { readonly mediaType: string; readonly schema: ApiSchema; readonly example: unknown } | null
  readonly responses: readonly {
    readonly status: string
    readonly description: string
    readonly schema: ApiSchema | null
  }[]
  /** A stream never ends by itself; an upload takes more than a text: neither is tried from a form. */
  readonly canTry: boolean
}

/** All endpoints by tag, in the order of the document. */
export function endpointsOf(document: ApiDocument): ReadonlyMap<string, readonly Endpoint[]> {
  const byTag = new Map<string, Endpoint[]>()
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations)) {
      const endpoint = endpointOf(document, method, path, operation)
      byTag.set(endpoint.tag, [...(byTag.get(endpoint.tag) ?? []), endpoint])
    }
  return byTag
}

function endpointOf(document: ApiDocument, method: string, path: string, operation: Operation): Endpoint {
  const [bodyType = '', body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  const responses = Object.entries(operation.responses).map(([status, { description, content }]) => ({
    status,
    description,
    schema: Object.values(content ?? {})[0]?.schema ?? null,
  }))
  const streams = Object.keys(operation.responses['200']?.content ?? {})
  const schema = body?.schema
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: operation.summary ?? '',
    tag: operation.tags?.[0] ?? 'other',
    scope: operation.security?.flatMap((one) => Object.values(one).flat())[0] ?? null,
    parameters: operation.parameters ?? [],
    body: schema === undefined ? null : { mediaType: bodyType, schema, example: exampleOf(document, schema) },
    responses,
    canTry: bodyType !== 'multipart/form-data' && streams[0] !== 'text/event-stream',
  }
}

/** The schema that a reference names; anything else is itself. */
export function resolved(document: ApiDocument, schema: ApiSchema): ApiSchema {
  if (schema.$ref === undefined) return schema
  return document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}
}

const DEEPEST = 6

/** A value that fits a schema: its own example, else one made up of its parts that are needed. */
export function exampleOf(document: ApiDocument, given: ApiSchema, depth = 0): unknown {
  const schema = resolved(document, given)
  if (schema.examples?.[0] !== undefined) return schema.examples[0]
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const alternative = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema.allOf?.[0]
  if (alternative !== undefined && depth < DEEPEST) return exampleOf(document, alternative, depth + 1)
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0]
  if (type === 'object') {
    if (depth >= DEEPEST) return {}
    const needed = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name))
    return Object.fromEntries(needed.map(([name, part]) => [name, exampleOf(document, part, depth + 1)]))
  }
  if (type === 'array') return []
  if (type === 'integer' || type === 'number') return 1
  if (type === 'boolean') return true
  return ''
}

/** A type in a few characters: `string`, `integer | null`, `JobStatus[]`. */
export function typeName(schema: ApiSchema | undefined): string {
  if (schema === undefined) return 'any'
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'any'
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined) return [...new Set(alternatives.map(typeName))].join(' | ')
  if (schema.allOf?.length === 1) return typeName(schema.allOf[0])
  if (schema.type === 'array') return `${typeName(schema.items)}[]`
  if (schema.type === undefined) return 'any'
  return typeof schema.type === 'string' ? schema.type : schema.type.join(' | ')
}

/** The path with its parameters and query filled in; empty ones are left out of the query. */
export function filledPath(
  endpoint: Pick<Endpoint, 'path' | 'parameters'>,
  values: Readonly<Record<string, string>>,
): string {
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  )
  const query = new URLSearchParams()
  for (const parameter of endpoint.parameters) {
    const value = values[parameter.name] ?? ''
    if (parameter.in === 'query' && value !== '') query.set(parameter.name, value)
  }
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}
