import { z } from 'zod'
import { jsonObject } from './common.js'

export const definitionList = z
  .object({
    definitions: z.array(
      z
        .object({
          key: z.string(),
          version: z.int(),
          defaultMaxAttempts: z.int(),
          timeoutSeconds: z.number(),
          concurrencyLimit: z.int().meta({ description: '0: unlimited' }),
          paramsSchema: jsonObject.nullable().meta({ type: ['object', 'null'], description: 'JSON Schema' }),
          isolation: z.enum(['inline', 'process']),
          paused: z.boolean(),
        })
        .meta({ id: 'Definition' }),
    ),
  })
  .meta({ id: 'DefinitionList' })

export const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' })

export const readiness = z
  .object({
    status: z.literal('ready'),
    checks: z.record(z.string(), z.string()).meta({ description: '`ok` each, by name' }),
  })
  .meta({ id: 'Readiness' })

export const serviceIndex = z
  .object({ name: z.string(), links: z.record(z.string(), z.string()) })
  .meta({ id: 'ServiceIndex' })
