import { z } from 'zod'
import type { JsonObject } from '../domain/json.js'

/** The JSON Schema of a zod schema, for display; `null` for any other kind, or when it has none. */
export function jsonSchemaOf(schema: unknown): JsonObject | null {
  // A definition module may bring its own zod; what marks a schema of this generation is `_zod`.
  if (typeof schema !== 'object' || schema === null || !('_zod' in schema)) return null
  try {
    return z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' }) as JsonObject
  } catch {
    return null
  }
}
