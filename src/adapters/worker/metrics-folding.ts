import type { Clock } from '../../application/ports/clock.js'
import type { Logger } from '../../application/ports/logger.js'
import type { MetricsStore } from '../../application/ports/metrics-store.js'
import { Loop } from './loop.js'

const EVERY_MS = 5_000

/** Folds figures, in every role; nothing depends on when, but reads are the quicker the less is left to add up. */
export class MetricsFolding {
  private readonly loop = new Loop(() => this.fold())

  constructor(
    private readonly metrics: Pick<MetricsStore, 'fold'>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.loop.start()
  }

  stop(): Promise<void> {
    return this.loop.stop()
  }

  /** One fold; answers the milliseconds until the next. Never throws. */
  async fold(): Promise<number> {
    try {
      await this.metrics.fold(this.clock.now())
    } catch (error) {
      this.logger.warn('could not fold the metrics', { error: String(error) })
    }
    return EVERY_MS
  }
}
