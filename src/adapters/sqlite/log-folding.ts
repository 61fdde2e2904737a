/** After so many pages more the log is folded back into the file, as SQLite does by itself. */
export const CHECKPOINT_PAGES = 1_000

export interface FoldedLog {
  /** Of the log as it is now; 0 when it cannot be told. */
  readonly pages: () => number
  /** Brings what is committed into the file, as far as readers let it, and both to the disk. Answers whether that was all. */
  readonly fold: () => Promise<boolean>
}

/**
 * When the log of a database is folded back into its file: beside the writers, which is most of it, and then what they have added
 * meanwhile while they wait, since a log that grows while it is folded cannot begin anew.
 */
export class LogFolding {
  private foldedPages = 0
  private beside: Promise<void> | null = null
  private hasRest = false

  constructor(private readonly log: FoldedLog) {}

  /** To be called between two commits: resolves when the next one may begin. */
  async betweenCommits(): Promise<void> {
    if (this.beside !== null) return
    const pages = this.log.pages()
    if (this.hasRest) {
      this.hasRest = false
      this.foldedPages = pages
      // Without it the log goes on growing until the next time.
      await this.log.fold().catch(() => undefined)
      return
    }
    if (pages < this.foldedPages) this.foldedPages = 0
    if (pages - this.foldedPages < CHECKPOINT_PAGES) return
    this.foldedPages = pages
    const folded = this.log.fold().then(
      () => true,
      () => false,
    )
    this.beside = folded.then((isFolded) => {
      this.beside = null
      this.hasRest = isFolded
    })
  }

  /** Resolves when nothing is under way. */
  async close(): Promise<void> {
    await this.beside
  }
}
