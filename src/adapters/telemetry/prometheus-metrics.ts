import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { TimedCache } from '../../application/timed-cache.js'
import type { Clock } from '../../application/ports/clock.js'
import type { ConnectionUse } from '../../application/ports/stores.js'
import type { MetricsStore } from '../../application/ports/metrics-store.js'
import type { TickObserver } from '../../application/ports/tick-observer.js'
import type { RunObserver } from '../../application/ports/run-observer.js'
import type { ActiveJob } from '../../domain/job.js'
import type { Outcome } from '../../domain/outcome.js'
import { TICK_OUTCOMES, type Tick } from '../../domain/schedule.js'

export interface PrometheusSources {
  readonly metrics: Pick<MetricsStore, 'definitions' | 'oldestDue'>
  readonly connections: () => readonly ConnectionUse[]
  readonly clock: Clock
  /** Rejects unless the database can be worked on. */
  readonly ping: () => Promise<void>
}

/** Definitions that get labels of their own; all further ones are `other`, or each would cost memory here and in Prometheus for ever. */
const MAX_DEFINITIONS = 100
/** However many scrape, the database is asked this often at most. */
const QUEUE_CACHE_MS = 5_000
const SECONDS = [0.005, 0.02, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400]
const NS = 1e9

/**
 * What Prometheus scrapes: counts of what this process has settled, its own state, and the queue, which all processes of a database tell
 * alike. A registry of its own, so that servers in one process do not meet.
 */
export class PrometheusMetrics implements RunObserver, TickObserver {
  private readonly registry = new Registry()
  private readonly named = new Set<string>()
  private readonly lag = monitorEventLoopDelay({ resolution: 10 })
  private readonly queue: TimedCache<Awaited<ReturnType<PrometheusMetrics['readQueue']>>>

  private readonly runs = this.counter('runs_total', 'Runs that ended in this process', [
    'definition',
    'outcome',
  ])
  private readonly retries = this.counter('retries_total', 'Failed runs that are tried again', ['definition'])
  private readonly leaseLosses = this.counter('lease_losses_total', 'Runs taken over from dead workers', [
    'definition',
  ])
  private readonly deadLetters = this.counter('dead_letters_total', 'Jobs given up', ['definition', 'reason'])
  private readonly durations = this.histogram('run_duration_seconds', 'From the start of a run to its end')
  private readonly waits = this.histogram('wait_seconds', 'From being due to the start of the run')
  private readonly ticks = this.counter(
    'schedule_ticks_total',
    'Ticks that this process has written as the leader of the schedulers',
    ['outcome'],
  )
  private readonly tickDelays = new Histogram({
    name: 'job_server_schedule_delay_seconds',
    help: 'From a slot to its job, without those that were made up for',
    buckets: SECONDS,
    registers: [this.registry],
  })
  private readonly jobs = this.gauge('jobs', 'Jobs that are kept', ['definition', 'status'])
  private readonly oldest = this.gauge(
    'oldest_due_seconds',
    'How long the longest waiting job has been due',
    ['definition'],
  )
  private readonly databaseUp = this.gauge(
    'database_up',
    'Whether the database answered and took writes when it was last asked',
    [],
  )
  private readonly connections = this.gauge('db_connections', 'Open connections', ['pool', 'state'])
  private readonly connectionsMax = this.gauge('db_connections_max', 'Connections that may be open', ['pool'])
  private readonly connectionsWaiting = this.gauge('db_connections_waiting', 'Callers that wait for one', [
    'pool',
  ])
  private readonly eventLoopLag = this.gauge(
    'event_loop_lag_seconds',
    'Delays of the event loop since the last scrape',
    ['quantile'],
  )

  constructor(private readonly sources: PrometheusSources) {
    for (const outcome of TICK_OUTCOMES) this.ticks.inc({ outcome }, 0)
    this.queue = new TimedCache(() => sources.clock.monotonicMs())
  }

  get contentType(): string {
    return this.registry.contentType
  }

  /** Everything in Prometheus' text format. While the database is away the figures of the queue are missing. */
  async text(): Promise<string> {
    await this.collectQueue()
    this.collectConnections()
    this.collectLag()
    return this.registry.metrics()
  }

  ended(job: ActiveJob, outcome: Outcome, at: Date): void {
    const definition = this.label(job.definitionKey)
    this.runs.inc({ definition, outcome: outcome.attempt.outcome })
    this.durations.observe({ definition }, Math.max(0, at.getTime() - job.startedAt.getTime()) / 1_000)
    this.waits.observe({ definition }, Math.max(0, job.startedAt.getTime() - job.runAt.getTime()) / 1_000)
    if (outcome.attempt.outcome === 'lease_lost') this.leaseLosses.inc({ definition })
    if (outcome.kind === 'dead') this.deadLetters.inc({ definition, reason: outcome.reason })
    // An attempt that is given back was nobody's failure.
    if (outcome.kind === 'requeued' && outcome.attempts === job.attempts) this.retries.inc({ definition })
  }

  ticked(ticks: readonly Tick[]): void {
    for (const { outcome, delayMs } of ticks) {
      this.ticks.inc({ outcome })
      if (outcome === 'fired') this.tickDelays.observe(delayMs / 1_000)
    }
  }

  /** Begins to measure the event loop. */
  start(): void {
    this.lag.enable()
  }

  /** Ends that. */
  stop(): void {
    this.lag.disable()
  }

  private async collectQueue(): Promise<void> {
    try {
      const { value } = await this.queue.get('queue', QUEUE_CACHE_MS, () => this.readQueue())
      this.databaseUp.set(1)
      // Nothing is awaited from here on: whoever else waited for the same answer adds to what it has reset.
      this.forgetQueue()
      for (const { definitionKey, byStatus } of value.definitions)
        for (const [status, count] of Object.entries(byStatus))
          this.jobs.inc({ definition: this.label(definitionKey), status }, count)
      const oldest = new Map<string, number>()
      for (const { definitionKey, dueAt } of value.oldest) {
        const definition = this.label(definitionKey)
        const seconds = Math.max(0, this.sources.clock.now().getTime() - dueAt.getTime()) / 1_000
        oldest.set(definition, Math.max(seconds, oldest.get(definition) ?? 0))
      }
      for (const [definition, seconds] of oldest) this.oldest.set({ definition }, seconds)
    } catch {
      this.forgetQueue()
      this.databaseUp.set(0)
    }
  }

  private forgetQueue(): void {
    this.jobs.reset()
    this.oldest.reset()
  }

  private async readQueue() {
    const { metrics, clock, ping } = this.sources
    const [definitions, oldest] = await Promise.all([
      metrics.definitions(),
      metrics.oldestDue(clock.now()),
      ping(),
    ])
    return { definitions, oldest }
  }

  private collectConnections(): void {
    for (const { pool, used, idle, waiting, max } of this.sources.connections()) {
      this.connections.set({ pool, state: 'used' }, used)
      this.connections.set({ pool, state: 'idle' }, idle)
      this.connectionsWaiting.set({ pool }, waiting)
      this.connectionsMax.set({ pool }, max)
    }
  }

  private collectLag(): void {
    const { lag } = this
    if (lag.count === 0) return
    // What is measured is the time between two ticks of the timer.
    const seconds = (ns: number): number => Math.max(0, ns / NS - 0.01)
    this.eventLoopLag.set({ quantile: '0.5' }, seconds(lag.percentile(50)))
    this.eventLoopLag.set({ quantile: '0.99' }, seconds(lag.percentile(99)))
    this.eventLoopLag.set({ quantile: '1' }, seconds(lag.max))
    lag.reset()
  }

  private label(definitionKey: string): string {
    if (this.named.size < MAX_DEFINITIONS) this.named.add(definitionKey)
    return this.named.has(definitionKey) ? definitionKey : 'other'
  }

  private counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name: `job_server_${name}`, help, labelNames, registers: [this.registry] })
  }

  private gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name: `job_server_${name}`, help, labelNames, registers: [this.registry] })
  }

  private histogram(name: string, help: string): Histogram<'definition'> {
    const registers = [this.registry]
    return new Histogram({
      name: `job_server_${name}`,
      help,
      labelNames: ['definition'],
      buckets: SECONDS,
      registers,
    })
  }
}
