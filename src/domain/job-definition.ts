import { declarationFlaws, type DeclaredSchedule } from './declared-schedule.js'
import type { JsonObject } from './json.js'
import type { RunOutcome } from './run-result.js'

/** Anything that checks params and answers them, such as a zod schema. Throws when they do not fit. */
export interface ParamsSchema<Params, Input = Params> {
  parse(input: unknown): Params
  /** As much of Standard Schema as types need: what callers have to give, where that is not what handlers get. */
  readonly '~standard'?: { readonly types?: { readonly input: Input } | undefined }
}

export interface JobLogger {
  debug(message: string, fields?: unknown): void
  info(message: string, fields?: unknown): void
  warn(message: string, fields?: unknown): void
  error(message: string, fields?: unknown): void
}

/** What a handler is given besides its params. */
export interface JobContext {
  readonly jobId: string
  readonly definitionKey: string
  readonly definitionVersion: number
  /** From 1; may repeat after an interruption. */
  readonly attempt: number
  readonly maxAttempts: number
  /** A directory of this run's own, made when first asked for and removed after it. */
  readonly tempDir: string
  /** Grows with every claim; hand it to outside systems as a fencing token. */
  readonly run: number
  /** W3C Trace Context of this run, or of the enqueue when nobody traces runs: to be passed on to other services. */
  readonly traceparent: string | null
  readonly logger: JobLogger
  /** Aborted when the job is cancelled, times out, or its worker has to stop. */
  readonly abortSignal: AbortSignal
  /**
   * Adds an event to the job; resolves once it is committed.
   *
   * @param type letters, digits and `._:-`, at most 100; not one of the server's own types.
   * @param payload at most 64 KiB of JSON.
   * @throws when the type or payload is not acceptable; a lost lease is no error, the abort signal tells it.
   */
  emitEvent(type: string, payload?: unknown): Promise<void>
  /** Ends this run: the job is queued again for later and the attempt is given back. Throws, so that nothing follows it. */
  snooze(seconds: number): never
  /** Tells how far the job is, 0–100; written at most four times a second, the last value always. */
  progress(percent: number, step?: string): Promise<void>
}

/** What a hook is given: the context of the run, its params and how it ended. */
export interface HookContext<Params = unknown, Result = unknown> extends JobContext {
  readonly params: Params
  readonly result: Result | null
  readonly error: string | null
  /** `null` in `onStart`. */
  readonly outcome: RunOutcome | null
  /** In `onFail`: another attempt follows. */
  readonly willRetry: boolean
}

type Hook<Params, Result> = (ctx: HookContext<Params, Result>) => unknown

export type Isolation = 'inline' | 'process'
export const DEFAULT_MEMORY_LIMIT_MB = 512
const DEFAULT_TIMEOUT_SECONDS = 3600

/** One kind of job: what it takes, what it does and the limits that hold for it. */
export interface JobDefinition<Params = never, Result = unknown, Input = Params> {
  /** `[A-Za-z0-9][A-Za-z0-9._:-]*`, at most 255 characters. */
  readonly key: string
  /** From 1. */
  readonly version: number
  /** Default 3. */
  readonly defaultMaxAttempts?: number | undefined
  /** Default 3600. */
  readonly timeoutSeconds?: number | undefined
  /** Jobs of this key and version that may run at once in the whole cluster; 0 or absent: unlimited. */
  readonly concurrencyLimit?: number | undefined
  /**
   * `process`: in a child process of its own, which a timeout, a cancel or a crash ends without harm to others. `inline`: in the
   * worker's event loop, for light and trusted jobs. Default: `process` where a child can load the definition's module.
   */
  readonly isolation?: Isolation | undefined
  /** Memory of the child process: heap in MiB, and resident size not much more. Default 512. */
  readonly memoryLimitMb?: number | undefined
  readonly params?: ParamsSchema<Params, Input> | undefined
  /** Schedules of its jobs, kept from the first start on; what an operator changes of them stays changed until it changes here. */
  readonly schedules?: readonly DeclaredSchedule<NoInfer<Input>>[] | undefined
  /** What the handler returns is the job's `result`: at most 1 MiB of JSON. */
  run(params: Params, ctx: JobContext): Result | Promise<Result>
  readonly onStart?: Hook<Params, Result> | undefined
  readonly onSuccess?: Hook<Params, Result> | undefined
  readonly onFail?: Hook<Params, Result> | undefined
  readonly onEnd?: Hook<Params, Result> | undefined
}

/** A definition of which only the registry knows the params type; they are checked by its schema before every run. */
export type AnyJobDefinition = JobDefinition<never>

export interface DefinitionRef {
  readonly key: string
  readonly version: number
}

/** What every process may know of a definition, whether or not it has the module. */
export interface PublishedDefinition extends DefinitionRef {
  readonly defaultMaxAttempts: number
  readonly timeoutSeconds: number
  /** 0: unlimited. */
  readonly concurrencyLimit: number
  /** JSON Schema, for display only. */
  readonly paramsSchema: JsonObject | null
  readonly isolation: Isolation
  readonly paused: boolean
}

export const DEFINITION_KEY = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,254}$/
const MAX_INT = 2_147_483_647

/** Names a definition in messages and maps: `key@version`. */
export function refOf(definition: DefinitionRef): string {
  return `${definition.key}@${definition.version}`
}

/** How long a run may take, in milliseconds. */
export function timeoutMsOf({ timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: AnyJobDefinition): number {
  return timeoutSeconds * 1000
}

export function memoryLimitOf({ memoryLimitMb = DEFAULT_MEMORY_LIMIT_MB }: AnyJobDefinition): number {
  return memoryLimitMb
}

/** Every reason why a definition cannot be registered, one sentence each; empty when it can. */
export function definitionFlaws(definition: AnyJobDefinition): string[] {
  const flaws: string[] = []
  const { key, version, defaultMaxAttempts = 3, concurrencyLimit = 0 } = definition
  const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = definition
  if (typeof key !== 'string' || !DEFINITION_KEY.test(key)) {
    flaws.push('key must be 1–255 characters: letters, digits and ._:- , beginning with a letter or digit')
  }
  if (!isIntegerIn(version, 1, MAX_INT)) flaws.push('version must be an integer from 1')
  if (!isIntegerIn(defaultMaxAttempts, 1, 1_000)) flaws.push('defaultMaxAttempts must be an integer, 1–1000')
  if (typeof timeoutSeconds !== 'number' || !(timeoutSeconds > 0 && timeoutSeconds <= 604_800)) {
    flaws.push('timeoutSeconds must be more than 0 and at most 604800')
  }
  if (!isIntegerIn(concurrencyLimit, 0, MAX_INT))
    flaws.push('concurrencyLimit must be an integer from 0 (unlimited)')
  const { isolation, memoryLimitMb = DEFAULT_MEMORY_LIMIT_MB } = definition
  if (isolation !== undefined && isolation !== 'inline' && isolation !== 'process')
    flaws.push("isolation must be 'inline' or 'process'")
  if (!isIntegerIn(memoryLimitMb, 32, 1_048_576)) flaws.push('memoryLimitMb must be an integer from 32')
  if (typeof definition.run !== 'function') flaws.push('run must be a function')
  for (const hook of ['onStart', 'onSuccess', 'onFail', 'onEnd'] as const) {
    if (definition[hook] !== undefined && typeof definition[hook] !== 'function')
      flaws.push(`${hook} must be a function`)
  }
  if (
    definition.params !== undefined &&
    typeof (definition.params as { parse?: unknown }).parse !== 'function'
  ) {
    flaws.push('params must have a parse(input) method, such as a zod schema')
  }
  return [...flaws, ...declarationFlaws(definition.schedules)]
}

function isIntegerIn(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max
}

/** The public face of a definition, with the defaults that hold when it says nothing. */
export function published(
  definition: AnyJobDefinition,
  paramsSchema: JsonObject | null,
  isolation: Isolation,
): PublishedDefinition {
  const { key, version, defaultMaxAttempts = 3, concurrencyLimit = 0 } = definition
  const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = definition
  return {
    key,
    version,
    defaultMaxAttempts,
    timeoutSeconds,
    concurrencyLimit,
    paramsSchema,
    isolation,
    paused: false,
  }
}
