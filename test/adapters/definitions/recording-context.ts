import { silentLogger } from '../../../src/application/ports/logger.js'
import type { AnyJobDefinition, JobContext, JobDefinition } from '../../../src/domain/job-definition.js'

export interface Recorded {
  readonly events: { readonly type: string; readonly payload: unknown }[]
  /** As `[percent, step]`. */
  readonly progress: [number, string | undefined][]
  readonly warnings: string[]
}

/** Runs a definition as an executor does, params checked first; what it emits is recorded, not kept. */
export function runRecorded(
  definition: AnyJobDefinition,
  params: unknown,
  signal: AbortSignal = new AbortController().signal,
): Recorded & { readonly result: Promise<unknown> } {
  const events: Recorded['events'] = []
  const progress: Recorded['progress'] = []
  const warnings: string[] = []
  const context: JobContext = {
    jobId: 'job',
    definitionKey: definition.key,
    definitionVersion: definition.version,
    attempt: 1,
    maxAttempts: 1,
    traceparent: null,
    run: 1,
    logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
    get tempDir(): string {
      throw new Error('not needed here')
    },
    snooze: () => {
      throw new Error('not needed here')
    },
    abortSignal: signal,
    emitEvent: (type, payload) => {
      events.push({ type, payload })
      return Promise.resolve()
    },
    progress: (percent, step) => {
      progress.push([percent, step])
      return Promise.resolve()
    },
  }
  const { params: schema, run } = definition as unknown as JobDefinition<unknown>
  const result = (async () => run(schema === undefined ? params : schema.parse(params), context))()
  return { result, events, progress, warnings }
}
