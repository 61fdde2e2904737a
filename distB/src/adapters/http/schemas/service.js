import { z } from 'zod';
import { jsonObject } from './common.js';
export const definitionList = z
    .object({
    definitions: z.array(z
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
        .meta({ id: 'Definition' })),
})
    .meta({ id: 'DefinitionList' });
export const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });
export const readiness = z
    .object({
    status: z.literal('ready'),
    checks: z.record(z.string(), z.string()).meta({ description: '`ok` each, by name' }),
})
    .meta({ id: 'Readiness' });
export const serviceIndex = z
    .object({ name: z.string(), links: z.record(z.string(), z.string()) })
    .meta({ id: 'ServiceIndex' });
export const problemParams = z.object({ code: z.string().meta({ description: 'Code of a problem' }) });
export const problemHelp = z
    .object({
    code: z.string(),
    status: z.int(),
    title: z.string(),
    cause: z.string().meta({ description: 'Why one is answered so' }),
    remedy: z.string().meta({ description: 'What to do about it' }),
})
    .meta({ id: 'ProblemHelp' });
//# sourceMappingURL=service.js.map