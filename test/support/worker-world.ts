import { untraced } from '../../src/application/ports/tracing.js'
import { InlineExecutor } from '../../src/adapters/isolation/inline-executor.js'
import { JobWriter } from '../../src/adapters/worker/job-writer.js'
import { LogWriter } from '../../src/adapters/worker/log-writer.js'
import { Worker, type WorkerDeps, type WorkerOptions } from '../../src/adapters/worker/worker.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import type { JobStore } from '../../src/application/ports/job-store.js'
import { PublishDefinitions } from '../../src/application/publish-definitions.js'
import { TransitionLog } from '../../src/application/transition-log.js'
import { SettleJobs } from '../../src/application/settle-jobs.js'
import type { JobDefinition } from '../../src/domain/job-definition.js'
import { World } from '../contract/world.js'
import { memoryHarness } from './memory-harness.js'
import { recordingLogger } from './recording.js'

/** Workers over an in-memory store; nothing moves unless a step is called or a worker started. */
export class WorkerWorld extends World {
  readonly registry = new JobRegistry()
  readonly log = recordingLogger()
  readonly transitions = new TransitionLog(this.log, () => this.clock.monotonicMs())

  static async open(): Promise<WorkerWorld> {
    const world = new WorkerWorld()
    await world.open(memoryHarness())
    return world
  }

  /** Registers and publishes a definition: `work@1` unless told otherwise. */
  async define(definition: Partial<JobDefinition<never>>): Promise<void> {
    this.registry.register<never, unknown>({ key: 'work', version: 1, run: () => null, ...definition })
    const { definitions, notifier } = this.stores
    await new PublishDefinitions(this.registry, definitions, notifier, () => null).execute()
  }

  newWorker(options: Partial<WorkerOptions> = {}, deps: Partial<WorkerDeps> = {}): Worker {
    const { jobs, workers, notifier } = this.stores
    const store = deps.store ?? jobs
    return new Worker(
      {
        store,
        workers,
        notifier,
        clock: this.clock,
        registry: this.registry,
        executor: new InlineExecutor(this.registry, this.log, { graceMs: 20, hookMs: 100 }),
        writer: this.newWriter(store),
        logs: new LogWriter(this.stores.logs, this.clock, this.log),
        newId: this.newId,
        random: () => 0.5,
        transitions: this.transitions,
        tracing: untraced,
        logger: this.log,
        ...deps,
      },
      {
        name: 'worker-1',
        host: 'host-1',
        pid: 1,
        version: '0.0.0',
        slots: 2,
        leaseMs: 30_000,
        heartbeatMs: 10_000,
        cancelCheckMs: 1_000,
        pollIntervalMs: 60_000,
        drainMs: 0,
        ...options,
      },
    )
  }

  newWriter(store: JobStore): JobWriter {
    const policy = { baseMs: 1_000, maxMs: 60_000, jitter: 0 }
    const isLimited = ({ key, version }: { key: string; version: number }): boolean =>
      (this.registry.get({ key, version })?.concurrencyLimit ?? 0) > 0
    const settle = new SettleJobs(
      store,
      this.stores.notifier,
      this.clock,
      () => 0.5,
      this.newId,
      policy,
      isLimited,
      this.transitions,
    )
    return new JobWriter(settle, store, this.clock, this.log)
  }

  /** The store with some methods replaced, the others as they are. */
  storeWith(replaced: Partial<JobStore>): JobStore {
    const { jobs } = this.stores
    return {
      insert: (...args) => jobs.insert(...args),
      insertAll: (...args) => jobs.insertAll(...args),
      claim: (...args) => jobs.claim(...args),
      held: (...args) => jobs.held(...args),
      settle: (...args) => jobs.settle(...args),
      orphans: (...args) => jobs.orphans(...args),
      requestCancel: (...args) => jobs.requestCancel(...args),
      retry: (...args) => jobs.retry(...args),
      discard: (...args) => jobs.discard(...args),
      appendEvents: (...args) => jobs.appendEvents(...args),
      ...replaced,
    }
  }

  async statusOf(id: string | undefined): Promise<string> {
    return (await this.job(id)).status
  }
}
