import { z } from 'zod'
import { ATTEMPT_OUTCOMES } from '../../../domain/attempt.js'
import { instant } from './common.js'

const attempt = z
  .object({
    run: z.int().min(1).meta({ description: 'Never repeats' }),
    attempt: z.int().min(1).meta({ description: 'May repeat after an interruption or a snooze' }),
    workerId: z.string().nullable(),
    startedAt: instant,
    endedAt: instant.nullable(),
    outcome: z.enum(ATTEMPT_OUTCOMES).nullable().meta({ description: '`null` while it runs' }),
    error: z.string().nullable().meta({ description: 'With its stack, at most 8,000 characters' }),
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    cpuMs: z.int().min(0).nullable().meta({ description: '`null`: no sample was taken' }),
    maxRssBytes: z.int().min(0).nullable().meta({ description: '`null`: no sample was taken' }),
  })
  .meta({ id: 'Attempt' })

export const attemptList = z
  .object({ jobId: z.uuid(), attempts: z.array(attempt) })
  .meta({ id: 'AttemptList' })
