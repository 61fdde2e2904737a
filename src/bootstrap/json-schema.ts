import { z } from 'zod'
import { scrubJson, type JsonObject } from '../domain/json.js'

/**
 * The JSON Schema of a zod schema, for display, so that characters which no store can hold are replaced in it; `null` for
 * any other kind, or when it has none.
 */
export function jsonSchemaOf(schema: unknown): JsonObject | null {
  // A definition module may bring its own zod; what marks a schema of this generation is `_zod`.
  if (typeof schema !== 'object' || schema === null || !('_zod' in schema)) return null
  try {
    const options = { io: 'input', unrepresentable: 'any' } as const
    return scrubJson(z.toJSONSchema(schema as z.ZodType, options)) as JsonObject
  } catch {
    return null
  }
}
