import { realpathSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { Row } from '../sql/dialect.js'

/**
 * The log of a SQLite database, beside its file. What was committed is in it, but outlives a power cut only once the disk
 * has it.
 *
 * Nothing but the log is opened here: closing the database's own file would take SQLite's locks of this process with it.
 */
export class WalFile {
  private file: Promise<FileHandle> | null = null

  /** @param path the database file, which has a connection that stays open: else the log would be removed. */
  constructor(private readonly path: string) {}

  /** Resolves when everything that was committed before is on the disk; other work goes on meanwhile. */
  async sync(): Promise<void> {
    this.file ??= open(`${realpathSync(this.path)}-wal`, 'r+')
    try {
      await (await this.file).datasync()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const { file } = this
    this.file = null
    await file?.then(
      (handle) => handle.close(),
      () => undefined,
    )
  }
}

/** Folds the log into the file without waiting for anybody, which keeps readers from nothing. */
export const FOLD = 'pragma wal_checkpoint(passive)'

/** Whether nothing of the log was left. @param answer the row of `FOLD`. */
export function isFolded(answer: Row | undefined): boolean {
  return answer !== undefined && answer['busy'] === 0 && answer['log'] === answer['checkpointed']
}

/** How far the disk is behind what was committed. */
export class DurableLog {
  /** Whether something is committed that the disk may not have. */
  isBehind = false
  /** Whether it refused, and has not yet everything. */
  hasFailed = false

  /**
   * @param sync brings the log to the disk.
   * @param fold brings all that is in the log into the database's file, and that to the disk; answers whether readers let it.
   */
  constructor(
    private readonly sync: () => Promise<void>,
    private readonly fold: () => Promise<boolean>,
  ) {}

  /**
   * Resolves when the disk has what was committed before.
   *
   * A system may take pages that it could not write for written, and tell of it once: the next sync would say yes to what is lost with
   * the power. So after a refusal only the file itself counts, into which everything is written anew.
   */
  async catchUp(): Promise<void> {
    // What is committed meanwhile is for the next time.
    this.isBehind = false
    try {
      await this.sync()
      if (this.hasFailed && !(await this.fold())) throw new Error('the log cannot be folded just now')
      this.hasFailed = false
    } catch (error) {
      this.isBehind = true
      this.hasFailed = true
      throw error
    }
  }
}
