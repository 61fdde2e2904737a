import { Loop } from '../adapters/worker/loop.js'
import type { Logger } from '../application/ports/logger.js'
import type { SweepFiles } from '../application/sweep-files.js'

const HOUR_MS = 3_600_000

/** Removes each hour what no job names any more from the data directory of this process. */
export class FileSweep {
  private readonly loop = new Loop(() => this.sweep())
  private isStopping = false

  constructor(
    private readonly sweepFiles: Pick<SweepFiles, 'execute'>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.loop.start()
  }

  stop(): Promise<void> {
    this.isStopping = true
    return this.loop.stop()
  }

  /** One round; answers the milliseconds until the next. Never throws. */
  async sweep(): Promise<number> {
    try {
      const files = await this.sweepFiles.execute(() => this.isStopping)
      if (files > 0) this.logger.info('removed files that no job names', { files })
    } catch (error) {
      this.logger.warn('could not look for files that no job names', { error: String(error) })
    }
    return HOUR_MS
  }
}
