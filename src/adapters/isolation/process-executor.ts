import type { JobRegistry } from '../../application/job-registry.js'
import type { Execution, Executor, RunIo } from '../../application/ports/executor.js'
import type { FileStore } from '../../application/ports/file-store.js'
import type { Logger } from '../../application/ports/logger.js'
import type { ActiveJob } from '../../domain/job.js'
import {
  DEFAULT_MEMORY_LIMIT_MB,
  memoryLimitOf,
  refOf,
  type AnyJobDefinition,
} from '../../domain/job-definition.js'
import type { RunResult } from '../../domain/run-result.js'
import { InlineExecutor, type InlineExecutorOptions } from './inline-executor.js'
import { IsolatedRun, runnable, type IsolatedRunDeps } from './isolated-run.js'
import type { Isolate } from './isolate.js'
import type { IsolatePool } from './isolate-pool.js'
import { runLogger } from './run-logger.js'
import { sparingLogger } from './sparing-logger.js'
import { RunTimes } from './run-times.js'

/** What a fresh isolate may take to begin. */
const START_MS = 5_000

/** Runs each job where its definition says: in an isolate of the pool, or in this process's own event loop. */
export class ProcessExecutor implements Executor {
  private readonly inline: InlineExecutor
  private readonly isolated: IsolatedRunDeps

  constructor(
    private readonly registry: JobRegistry,
    private readonly pool: IsolatePool,
    private readonly logger: Logger,
    private readonly options: InlineExecutorOptions,
    /** What isolates reach of the files that uploads and outputs are, through this process. */
    files: Pick<FileStore, 'workspace'>,
  ) {
    this.inline = new InlineExecutor(registry, logger, options)
    this.isolated = {
      pool,
      times: new RunTimes(),
      logger,
      files,
      graceMs: options.graceMs,
      hooksMs: this.hooksMs,
      hooksElsewhere: (job, definition, result, io) => {
        if (definition.onFail !== undefined || definition.onEnd !== undefined)
          this.runHooks(job, definition, result, io)
      },
    }
  }

  get waiting(): number {
    return this.pool.waitingRuns
  }

  get isReplaced(): boolean {
    return this.pool.isReplaced
  }

  get heldAfterEnd(): number {
    return this.inline.heldAfterEnd
  }

  warmUp(): void {
    const limits = this.registry.isolated().map(memoryLimitOf)
    const limit = limits.find((mb) => mb === DEFAULT_MEMORY_LIMIT_MB) ?? limits[0]
    if (limit !== undefined) this.pool.warmUp(limit)
  }

  start(job: ActiveJob, io: RunIo): Execution {
    const ref = { key: job.definitionKey, version: job.definitionVersion }
    const definition = this.registry.get(ref)
    if (definition === undefined || this.registry.isolationOf(definition) === 'inline')
      return this.inline.start(job, io)
    return new IsolatedRun(this.isolated, job, definition, io)
  }

  keepFor(ms: number): void {
    this.pool.keepFor(ms)
  }

  close(): Promise<void> {
    return this.pool.close()
  }

  /** In a fresh isolate, outside the slot, once and within their time: hooks of a run whose own isolate is gone. */
  private runHooks(job: ActiveJob, definition: AnyJobDefinition, result: RunResult, io: RunIo): void {
    this.pool.submit({
      memoryLimitMb: memoryLimitOf(definition),
      job: null,
      isBrief: () => false,
      wasSlow: () => undefined,
      begin: (isolate) => {
        this.runHooksIn(isolate, job, result, io)
      },
    })
  }

  private runHooksIn(isolate: Isolate, job: ActiveJob, result: RunResult, io: RunIo): void {
    const definition = refOf({ key: job.definitionKey, version: job.definitionVersion })
    const own = this.logger.child({ jobId: job.id, definition, run: job.run })
    const logger = runLogger(sparingLogger(own), io)
    const late = setTimeout(() => {
      this.pool.retire(isolate)
    }, this.hooksMs + START_MS)
    isolate.listen({
      message: (message) => {
        if (message.type === 'log') logger[message.level](message.message, message.fields)
        if (message.type === 'emit') {
          // The job is settled: nothing more can be added to it.
          isolate.send({ type: 'emitted', number: message.number, error: null })
        }
        if (message.type === 'file') {
          const answer = { error: 'hooks of a run that is over have no files', code: null }
          isolate.send({ type: 'filed', number: message.number, answer })
        }
        if (message.type !== 'ended') return
        this.pool.retire(isolate)
      },
      output: (stream, line) => {
        logger[stream === 'stdout' ? 'info' : 'warn'](line, { stream })
      },
      gone: () => {
        clearTimeout(late)
      },
    })
    isolate.send({ type: 'hooks', job: runnable(job), result })
  }

  private get hooksMs(): number {
    return 2 * this.options.hookMs + 1_000
  }
}
