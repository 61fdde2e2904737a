import type { RunnableJob } from '../domain/job.js'
import type { AnyJobDefinition, HookContext, JobContext } from '../domain/job-definition.js'
import { errorOf, MAX_DELAY_MS, willRetry } from '../domain/outcome.js'
import { measuredJson, scrubJson } from '../domain/json.js'
import { MAX_RESULT_BYTES, type RunResult } from '../domain/run-result.js'
import type { Logger } from './ports/logger.js'

/** One run, ready to begin. */
export interface Run {
  readonly job: RunnableJob
  readonly definition: AnyJobDefinition
  readonly context: JobContext
  /** Tells of a hook that failed. */
  warn(...line: Parameters<Logger['warn']>): void
  /** Whether its signal was aborted. */
  isAborted(): boolean
  /** The result to settle: what aborts make of the handler's own end, or of a handler that must no longer be waited for. */
  resultOf(handler: Promise<RunResult>): Promise<RunResult>
  /** Called when the handler has ended or was given up, before the hooks that follow, which change nothing of its result. */
  handlerEnded(result: RunResult): void
  /** Bounds each hook. */
  within(hook: Promise<unknown>): Promise<unknown>
}

/**
 * Runs a handler with its hooks: onStart, the handler, onSuccess or onFail, onEnd. Never throws.
 *
 * A hook that throws or hangs is logged and passed over; it never changes the outcome. Interrupted runs have no hooks
 * after the handler: another run will have them.
 */
export async function runJob(
  run: Run,
): Promise<{ readonly result: RunResult; readonly handler: Promise<unknown> }> {
  const params = checkedParams(run)
  if (run.definition.onStart !== undefined)
    await callHook(run, 'onStart', hookContext(run, params.value, null))

  const handler = run.isAborted()
    ? Promise.resolve<RunResult>({ kind: 'error', message: 'aborted before the handler started' })
    : callHandler(run, params)
  const result = await run.resultOf(handler)

  run.handlerEnded(result)
  await runEndHooks(run, result)
  return { result, handler }
}

/** The hooks after a handler: onSuccess or onFail, then onEnd; none when the worker stopped or lost its lease. */
export async function runEndHooks(run: Run, result: RunResult): Promise<void> {
  const { onSuccess, onFail, onEnd } = run.definition
  if (result.kind === 'interrupted' || (onSuccess ?? onFail ?? onEnd) === undefined) return
  const end = hookContext(run, checkedParams(run).value, result)
  if (result.kind === 'succeeded') await callHook(run, 'onSuccess', end)
  else if (result.kind !== 'cancelled' && result.kind !== 'snoozed') await callHook(run, 'onFail', end)
  await callHook(run, 'onEnd', end)
}

interface Params {
  /** As the schema answers them, or as they were stored when they do not fit. */
  readonly value: unknown
  readonly flaw: string | null
}

function checkedParams({ job, definition }: Run): Params {
  try {
    return {
      value: definition.params === undefined ? job.params : definition.params.parse(job.params),
      flaw: null,
    }
  } catch (error) {
    return { value: job.params, flaw: messageOf(error) }
  }
}

async function callHandler({ definition, context }: Run, params: Params): Promise<RunResult> {
  if (params.flaw !== null)
    return { kind: 'error', permanent: true, message: `params do not fit the definition: ${params.flaw}` }
  try {
    return succeeded(await definition.run(params.value as never, context))
  } catch (error) {
    return endOf(error)
  }
}

/** What can be told of it, if reading it throws as well. */
function endOf(error: unknown): RunResult {
  try {
    return failed(error)
  } catch {
    return { kind: 'error', message: messageOf(error) }
  }
}

function succeeded(returned: unknown): RunResult {
  let measured: ReturnType<typeof measuredJson>
  try {
    measured = measuredJson(returned)
  } catch (error) {
    return { kind: 'error', permanent: true, message: `the result is not JSON: ${messageOf(error)}` }
  }
  const { json: result, length } = measured
  // A unit of UTF-16 takes three bytes of UTF-8 at most.
  if (length * 3 <= MAX_RESULT_BYTES) return { kind: 'succeeded', result }
  const bytes = new TextEncoder().encode(JSON.stringify(result)).length
  if (bytes <= MAX_RESULT_BYTES) return { kind: 'succeeded', result }
  return {
    kind: 'error',
    permanent: true,
    message: `the result has ${bytes} bytes of JSON, at most ${MAX_RESULT_BYTES} are kept`,
  }
}

/** Told apart by name: the handler may have been loaded with another copy of these classes. */
function failed(error: unknown): RunResult {
  const message = messageOf(error)
  const name = error instanceof Error ? error.name : ''
  const stack = error instanceof Error && typeof error.stack === 'string' ? { stack: error.stack } : {}
  const delayMs = delayOf(error)
  if (name === 'PermanentError') return { kind: 'error', permanent: true, message, ...stack }
  if (name === 'SnoozeError')
    return delayMs >= 0
      ? { kind: 'snoozed', delayMs }
      : { kind: 'error', message: `a job snoozes for 0 seconds or more, got ${delayMs / 1000}`, ...stack }
  if (name === 'RetryAfterError' && delayMs >= 0)
    return { kind: 'error', retryAfterMs: delayMs, message, ...stack }
  return { kind: 'error', message, ...stack }
}

/** Nothing keeps a handler from giving its error a message that is not text, or that has none. */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof Error) return String(error.message || error.name)
    return typeof error === 'string' ? error : 'the handler threw something that is not an error'
  } catch {
    return 'the handler threw an error whose message is no text'
  }
}

/** NaN for none; bounded, since what is not finite becomes nothing on its way out of an isolate. */
function delayOf(error: unknown): number {
  return Math.min(MAX_DELAY_MS, Number((error as { delayMs?: unknown } | null)?.delayMs))
}

function hookContext(
  { job, context }: Run,
  params: unknown,
  result: RunResult | null,
): HookContext<never, never> {
  // Inherited, not copied: to read `tempDir` is to make it.
  return Object.assign(Object.create(context) as JobContext, {
    params: params as never,
    // A copy: what a hook does to it must not become the job's result.
    result: (result?.kind === 'succeeded' ? scrubJson(result.result) : null) as never,
    error: result === null ? null : errorOf(result),
    outcome: result?.kind ?? null,
    willRetry: result !== null && willRetry(job, result),
  })
}

async function callHook(
  run: Run,
  name: 'onStart' | 'onSuccess' | 'onFail' | 'onEnd',
  context: HookContext<never, never>,
): Promise<void> {
  const hook = run.definition[name]
  if (hook === undefined) return
  try {
    await run.within(Promise.resolve().then(() => hook(context)))
  } catch (error) {
    run.warn(`hook ${name} failed; the outcome stays as it is`, { error: messageOf(error) })
  }
}
