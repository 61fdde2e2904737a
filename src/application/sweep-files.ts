import type { Clock } from './ports/clock.js'
import type { FileStore } from './ports/file-store.js'
import type { HistoryStore } from './ports/history-store.js'
import type { Logger } from './ports/logger.js'

/** An upload is kept before its job is, an output appears before its job has ended: younger files may be named any moment. */
const MIN_AGE_MS = 86_400_000
const BATCH = 500

/**
 * Removes files of the data directory that no job names: those of jobs that retention removed, uploads whose job was never
 * accepted, and what was never finished. Safe in any number of processes at once; each cares for the directory that it sees.
 */
export class SweepFiles {
  constructor(
    private readonly files: Pick<FileStore, 'removeUnfinished' | 'untouchedSince' | 'remove'>,
    private readonly history: HistoryStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * What cannot be removed stays, is told of, and keeps nothing else.
   *
   * @param isOver whether to leave the rest to the next sweep.
   * @returns how many kept files were removed.
   */
  async execute(isOver: () => boolean = () => false): Promise<number> {
    await this.tried('could not remove what was never finished', () => this.files.removeUnfinished())
    let removed = 0
    let batch: string[] = []
    for await (const path of this.files.untouchedSince(new Date(this.clock.now().getTime() - MIN_AGE_MS))) {
      if (isOver()) return removed
      batch.push(path)
      if (batch.length < BATCH) continue
      removed += await this.removeUnnamed(batch, isOver)
      batch = []
    }
    return removed + (await this.removeUnnamed(batch, isOver))
  }

  private async removeUnnamed(paths: readonly string[], isOver: () => boolean): Promise<number> {
    if (paths.length === 0) return 0
    const named = await this.history.namedFiles(paths.map(fileName))
    let removed = 0
    for (const path of paths.filter((one) => !named.has(fileName(one)))) {
      if (isOver()) break
      if (await this.tried(`could not remove ${path}`, () => this.files.remove(path))) removed += 1
    }
    return removed
  }

  private async tried(message: string, remove: () => Promise<void>): Promise<boolean> {
    try {
      await remove()
      return true
    } catch (error) {
      this.logger.warn(message, { error: String(error) })
      return false
    }
  }
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
