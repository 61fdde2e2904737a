import fc from 'fast-check'
import { DEFAULT_CALLBACK_EVENTS, type CallbackEvent } from '../../src/domain/callback.js'
import type { RunResult } from '../../src/domain/run-result.js'
import { JOB_STATUSES, type JobStatus } from '../../src/domain/job.js'
import type { DefinitionRef } from '../../src/domain/job-definition.js'

export const DEFINITIONS: readonly DefinitionRef[] = [
  { key: 'a', version: 1 },
  { key: 'a', version: 2 },
  { key: 'b', version: 1 },
]
export const WORKERS = 3

/**
 * What may happen to a store. `pick`s are resolved against what the model has seen so far, so that a shrunk sequence still
 * means something.
 */
export type Command =
  | { readonly do: 'insert'; readonly jobs: readonly JobPick[] }
  | {
      readonly do: 'claim'
      readonly worker: number
      readonly limit: number
      readonly definitions: readonly DefinitionRef[]
    }
  | { readonly do: 'settle'; readonly ends: readonly { readonly pick: number; readonly result: RunResult }[] }
  | { readonly do: 'cancel'; readonly picks: readonly number[] }
  | {
      readonly do: 'events'
      readonly events: readonly { readonly pick: number; readonly progress: number | null }[]
    }
  | { readonly do: 'renew' | 'register' | 'resign' | 'expire'; readonly worker: number }
  | { readonly do: 'bury' | 'fold' }
  | { readonly do: 'recover'; readonly interrupted: boolean; readonly limit: number }
  | { readonly do: 'publish'; readonly definition: number; readonly concurrencyLimit: number }
  | { readonly do: 'pause'; readonly key: string; readonly paused: boolean }
  | { readonly do: 'advance'; readonly ms: number }
  | {
      readonly do: 'list'
      readonly statuses: readonly JobStatus[]
      readonly key: string | null
      readonly limit: number
      readonly offset: number
      readonly before: number
    }

export interface JobPick {
  readonly definition: number
  readonly priority: number
  readonly maxAttempts: number
  readonly delayMs: number
  readonly key: string | null
  readonly version: number
  readonly body: string
  readonly events: readonly CallbackEvent[] | null
}

export const PICKS = 1_000
const pick = fc.nat(PICKS - 1)
const worker = fc.nat(WORKERS - 1)
const delayMs = fc.constantFrom(0, 0, 1, 1_500, 4_000)

const jobPick: fc.Arbitrary<JobPick> = fc.record({
  definition: fc.nat(DEFINITIONS.length - 1),
  priority: fc.integer({ min: -1, max: 2 }),
  maxAttempts: fc.integer({ min: 1, max: 4 }),
  delayMs,
  key: fc.constantFrom(null, null, null, 'k', 'l'),
  version: fc.nat(1),
  body: fc.constantFrom('x', 'x', 'y'),
  events: fc.constantFrom<JobPick['events'][]>(null, null, DEFAULT_CALLBACK_EVENTS, [
    'retry_scheduled',
    'cancelled',
  ]),
})

const result: fc.Arbitrary<RunResult> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('succeeded'),
      result: fc.jsonValue({ maxDepth: 2 }).map(storable),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('error'), message: fc.constantFrom('boom', 'žluťoučký') }),
  },
  fc.record({ kind: fc.constant('error'), message: fc.constant('never'), permanent: fc.constant(true) }),
  fc.record({ kind: fc.constant('error'), message: fc.constant('later'), retryAfterMs: delayMs }),
  fc.constant({ kind: 'timeout', timeoutMs: 1_000 }),
  { weight: 2, arbitrary: fc.constant({ kind: 'crashed', message: 'SIGSEGV' }) },
  fc.constant({ kind: 'oom', message: 'heap' }),
  fc.record({ kind: fc.constant('snoozed'), delayMs }),
  fc.constant({ kind: 'cancelled' }),
  fc.constant({ kind: 'interrupted' }),
) as fc.Arbitrary<RunResult>

/** What `scrubJson` would have made of it; `-0` has no JSON text of its own. */
function storable(value: unknown): unknown {
  const text = JSON.stringify(value).replaceAll('\\u0000', ' ').toWellFormed()
  return JSON.parse(/\\ud[89a-f]/i.test(text) ? '"surrogate"' : text)
}

export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('insert'),
        jobs: fc.array(jobPick, { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant('claim'),
        worker,
        limit: fc.integer({ min: 1, max: 4 }),
        definitions: fc.subarray([...DEFINITIONS], { minLength: 1 }),
      }),
    },
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant('settle'),
        ends: fc.array(fc.record({ pick, result }), { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('cancel'),
        picks: fc.array(pick, { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('events'),
        events: fc.array(fc.record({ pick, progress: fc.constantFrom(null, 0, 12.5, 33.3, 100) }), {
          minLength: 1,
          maxLength: 4,
        }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom('renew', 'register', 'register', 'resign'), worker }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('expire'), worker }) },
    { weight: 2, arbitrary: fc.constant({ do: 'bury' }) },
    { weight: 2, arbitrary: fc.constant({ do: 'fold' }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('recover'),
        interrupted: fc.boolean(),
        limit: fc.constantFrom(1, 100),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('publish'),
        definition: fc.nat(DEFINITIONS.length - 1),
        concurrencyLimit: fc.nat(3),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('pause'),
        key: fc.constantFrom('a', 'b'),
        paused: fc.constantFrom(true, false, false),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('advance'), ms: fc.integer({ min: 1, max: 5_000 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('list'),
        statuses: fc.subarray([...JOB_STATUSES], { minLength: 1 }),
        key: fc.constantFrom(null, 'a', 'b'),
        limit: fc.integer({ min: 1, max: 5 }),
        offset: fc.nat(3),
        before: pick,
      }),
    },
  ),
  { minLength: 30, maxLength: 70, size: 'max' },
)
