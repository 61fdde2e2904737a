import { setImmediate as nextTurn } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { StorageUnavailableError } from '../../domain/errors.js'
import type { Row } from '../sql/dialect.js'
import { CHECKPOINT_PAGES, LogFolding } from './log-folding.js'
import type { Reachability } from './reachability.js'
import { retryWhileBusy } from './retry-while-busy.js'
import { savepoint } from './savepoint.js'
import { isDataError, portError } from './sqlite-errors.js'
import { DurableLog, FOLD, isFolded, WalFile } from './wal-file.js'

export interface ConnectionOptions {
  readonly path: string
  /** How long a call waits, asynchronously, for another connection's lock. */
  readonly lockWaitMs: number
  readonly reachability: Reachability
  /** Brings what is committed to the disk. @default the disk's own way */
  readonly sync?: () => Promise<void>
  /** Folds the log back into the file, as far as readers let it; answers whether that was all. @default when the log is long, within a commit */
  readonly checkpoint?: () => Promise<boolean>
}

/** What writes one statement after the other, inside a transaction that somebody has begun. */
export type Statements = Pick<SqliteConnection, 'get' | 'run'>

/** Writes the items of one transaction. */
export interface BatchWriter<Item, Answer> {
  /** Throws when the database cannot take the item; then nothing of it may be left but what the database undoes. */
  readonly one: (item: Item) => Answer
  /** Before the commit. */
  readonly end: () => void
}

/** A call that waits for its transaction. */
interface Write {
  /** Leaves its answer for `committed` and `done`. */
  readonly work: () => void
  readonly committed: () => void
  readonly done: () => void
  readonly fail: (error: unknown) => void
  readonly deadline: number
  readonly needsDisk: boolean
}

interface WriteOptions<T> {
  /** `commit`: nobody misses it after a power cut. It waits for the disk, too, while the disk fails. @default 'disk' */
  readonly until?: 'commit' | 'disk'
  /** Called with its answer after the commit, before the disk has it. Must not throw. */
  readonly onCommit?: ((answer: T) => void) | undefined
}

interface Prepared {
  readonly statement: Database.Statement
  /** Names of what it answers; the driver takes twice as long for objects as for the values alone. */
  columns: readonly string[]
}

/** How long the driver itself may block the event loop on a lock. */
const BUSY_TIMEOUT_MS = 5
/** Work after which a transaction takes no further calls. */
const TURN_MS = 10
const MAX_STATEMENTS = 500
const LOG_BYTES = 64 * 1024 * 1024
/** What a batch touches: the last pages of the tables and indexes, into which all new keys go. More makes no batch quicker, and is never given back. */
const CACHE_KIB = 2 * 1024
/** SQLite folds within a commit then: only when the other way has failed. */
const LAST_RESORT_PAGES = 20 * CHECKPOINT_PAGES

/**
 * The one raw handle on which this process writes.
 *
 * The driver is synchronous: a transaction runs from begin to commit without letting go of the event loop, so that no other
 * call of this process ever sees half of it. Calls wait their turn in order, and wait for locks of other processes
 * without blocking. Calls are answered when the disk has what they have changed; those that come while it is waited for share the
 * next transaction.
 */
export class SqliteConnection {
  private readonly statements = new Map<string, Prepared>()
  private readonly waiting: Write[] = []
  private writing: Promise<void> | null = null
  /** While the disk is waited for: what is written meanwhile. */
  private early: Promise<void>[] | null = null
  private readonly wal: WalFile
  private readonly disk: DurableLog
  private readonly folding: LogFolding | null

  private constructor(
    private readonly db: Database.Database,
    private readonly options: ConnectionOptions,
  ) {
    const { path, sync, checkpoint } = options
    this.wal = new WalFile(path)
    const fold = checkpoint ?? (() => Promise.resolve(isFolded(this.get(FOLD))))
    this.disk = new DurableLog(sync ?? (() => this.wal.sync()), fold)
    this.folding =
      checkpoint === undefined ? null : new LogFolding({ pages: () => this.logPages(), fold: checkpoint })
  }

  /** @throws StorageUnavailableError when the file cannot be opened, or stays locked. */
  static async open(options: ConnectionOptions): Promise<SqliteConnection> {
    const open = () => {
      const db = new Database(options.path, { timeout: BUSY_TIMEOUT_MS })
      try {
        db.pragma('journal_mode = WAL')
        // A commit that waited for the disk would hold up the event loop; `writeWaiting` waits for it instead.
        db.pragma('synchronous = NORMAL')
        // A statement with triggers keeps what its pages were before, in a file otherwise: some four pages for each job that ends.
        db.pragma('temp_store = memory')
        db.pragma(`cache_size = -${CACHE_KIB}`)
        // A log that a long read made grow is cut to this once it has been folded back.
        db.pragma(`journal_size_limit = ${LOG_BYTES}`)
        // Folding waits for the disk, too.
        if (options.checkpoint !== undefined) db.pragma(`wal_autocheckpoint = ${LAST_RESORT_PAGES}`)
        return db
      } catch (error) {
        db.close()
        throw error
      }
    }
    try {
      return new SqliteConnection(await retryWhileBusy(open, performance.now() + options.lockWaitMs), options)
    } catch (error) {
      throw portError(error)
    }
  }

  get(sql: string, ...bindings: readonly unknown[]): Row | undefined {
    const prepared = this.prepared(sql)
    const values = prepared.statement.get(...bindings) as readonly unknown[] | undefined
    return values === undefined ? undefined : rowOf(prepared, values)
  }

  all(sql: string, ...bindings: readonly unknown[]): readonly Row[] {
    const prepared = this.prepared(sql)
    const rows = prepared.statement.all(...bindings) as readonly (readonly unknown[])[]
    return rows.map((values) => rowOf(prepared, values))
  }

  /** The same, one by one, as far as they are asked for; nothing else may run meanwhile. */
  *each(sql: string, ...bindings: readonly unknown[]): Iterable<Row> {
    const prepared = this.prepared(sql)
    for (const values of prepared.statement.iterate(...bindings))
      yield rowOf(prepared, values as readonly unknown[])
  }

  /** Answers the number of rows changed. */
  run(sql: string, ...bindings: readonly unknown[]): number {
    return this.prepared(sql).statement.run(...bindings).changes
  }

  get inTransaction(): boolean {
    return this.db.inTransaction
  }

  /** Runs quick reads. @throws StorageUnavailableError when the lock does not come free in time. */
  read<T>(work: () => T): Promise<T> {
    return this.persistently(work)
  }

  /**
   * Runs `work` in an immediate transaction, perhaps among others that were asked for at the same time; it may run more than
   * once, and must not wait for anything. What it throws undoes it alone.
   *
   * Resolves when it is on the disk; whoever reads meanwhile may see it before that.
   *
   * @throws StorageUnavailableError when the lock does not come free in time, then nothing was changed; or when the disk fails,
   *   then nobody knows.
   */
  write<T>(work: () => T, { until = 'disk', onCommit }: WriteOptions<T> = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let answer: T
      const write: Write = {
        work: () => {
          answer = work()
        },
        committed: () => onCommit?.(answer),
        done: () => {
          resolve(answer)
        },
        fail: reject,
        deadline: this.deadline(),
        needsDisk: until === 'disk',
      }
      if (!write.needsDisk && !this.disk.hasFailed && this.early !== null) {
        this.early.push(this.writeEarly(write))
        return
      }
      this.waiting.push(write)
      this.writing ??= this.writeWaiting()
    })
  }

  /**
   * `write` for a batch: an item that the database cannot take is undone and refused alone, the others are kept.
   *
   * @param each makes what writes the items of one transaction.
   * @param onCommit called with the answers after the commit, before the disk has it.
   */
  async writeEach<Item, Answer>(
    items: readonly Item[],
    each: () => BatchWriter<Item, Answer>,
    refuse: (item: Item, error: unknown) => Answer,
    onCommit?: (answers: readonly Answer[]) => void,
  ): Promise<readonly Answer[]> {
    if (items.length === 0) return []
    const batch = (write: (one: (item: Item) => Answer, item: Item) => Answer) => {
      const work = (): readonly Answer[] => {
        const { one, end } = each()
        const answers = items.map((item) => write(one, item))
        end()
        return answers
      }
      return this.write(work, { onCommit })
    }
    try {
      return await batch((one, item) => one(item))
    } catch (error) {
      if (!isDataError(error)) throw error
    }
    // Only now: inside a savepoint every statement keeps a copy of each page that it changes, at ten times the cost.
    return batch((one, item) => {
      try {
        return savepoint(this, () => one(item))
      } catch (error) {
        if (!isDataError(error)) throw error
        return refuse(item, error)
      }
    })
  }

  /** Changes whenever another connection has committed; `null` when it cannot be told just now. */
  dataVersion(): number | null {
    try {
      return Number(this.get('pragma data_version')?.['data_version'])
    } catch {
      return null
    }
  }

  /** Closes after what is under way. */
  async close(): Promise<void> {
    await this.writing
    await this.folding?.close()
    await this.wal.close()
    this.db.close()
  }

  /** The statement of this text; parsed once. */
  private prepared(sql: string): Prepared {
    const known = this.statements.get(sql)
    if (known !== undefined) return known
    if (this.statements.size >= MAX_STATEMENTS) this.statements.clear()
    const statement = this.db.prepare(sql)
    if (statement.reader) statement.raw()
    const prepared = { statement, columns: [] }
    this.statements.set(sql, prepared)
    return prepared
  }

  private async writeWaiting(): Promise<void> {
    // Those who ask in the same turn go together.
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const written = await this.writeTogether()
      for (const { committed } of written) committed()
      const needsDisk = (write: Write): boolean => write.needsDisk || this.disk.hasFailed
      const wait = written.filter(needsDisk)
      for (const write of written) if (!needsDisk(write)) write.done()
      try {
        // A job that was acknowledged must outlive a power cut, not only a crash of this process.
        if (this.disk.isBehind && wait.length > 0) {
          this.early = []
          await this.disk.catchUp()
        }
        // Else callers who ask again and again would leave nobody else a turn.
        else await nextTurn()
        for (const { done } of wait) done()
      } catch (error) {
        this.options.reachability.failed(error)
        for (const { fail } of wait) fail(new StorageUnavailableError(error))
      }
      const early = this.early ?? []
      this.early = null
      if (early.length > 0) await Promise.all(early)
      await this.folding?.betweenCommits()
    }
    this.writing = null
  }

  /** Nobody else writes while the disk is waited for: what needs no disk need not wait with them. */
  private async writeEarly(write: Write): Promise<void> {
    for (const { committed, done } of await this.writeEachAlone([write])) {
      committed()
      done()
    }
  }

  /** 0 when it cannot be told just now. */
  private logPages(): number {
    try {
      return Number(this.get('pragma wal_checkpoint(noop)')?.['log'] ?? 0)
    } catch {
      return 0
    }
  }

  /** One transaction for as many of those that wait as it may take; answers which of them are committed. */
  private async writeTogether(): Promise<readonly Write[]> {
    const taken: Write[] = []
    const deadline = Math.min(...this.waiting.map((write) => write.deadline))
    try {
      await this.transaction(deadline, () => {
        const startedAt = performance.now()
        taken.length = 0
        do {
          const write = this.waiting[taken.length] as Write
          taken.push(write)
          write.work()
        } while (taken.length < this.waiting.length && performance.now() - startedAt < TURN_MS)
      })
      return this.waiting.splice(0, taken.length)
    } catch (error) {
      const failed = this.waiting.splice(0, Math.max(1, taken.length))
      if (failed.length > 1 && !(error instanceof StorageUnavailableError)) return this.writeEachAlone(failed)
      for (const { fail } of failed) fail(error)
      return []
    }
  }

  /** Answers which of them are committed. */
  private async writeEachAlone(writes: readonly Write[]): Promise<readonly Write[]> {
    const written: Write[] = []
    for (const write of writes) {
      try {
        await this.transaction(write.deadline, write.work)
        written.push(write)
      } catch (error) {
        write.fail(error)
      }
    }
    return written
  }

  private transaction(deadline: number, work: () => void): Promise<void> {
    return this.persistently(() => {
      this.run('begin immediate')
      try {
        const changesBefore = this.totalChanges()
        work()
        this.run('commit')
        this.disk.isBehind ||= this.totalChanges() !== changesBefore
      } catch (error) {
        // A full disk may already have rolled back.
        if (this.db.inTransaction) this.run('rollback')
        throw error
      }
    }, deadline)
  }

  private totalChanges(): number {
    return Number(this.get('select total_changes() as total')?.['total'])
  }

  private async persistently<T>(work: () => T, deadline = this.deadline()): Promise<T> {
    try {
      const result = await retryWhileBusy(work, deadline)
      this.options.reachability.answered()
      return result
    } catch (error) {
      const failure = portError(error)
      if (failure !== error) this.options.reachability.failed(error)
      throw failure
    }
  }

  private deadline(): number {
    return performance.now() + this.options.lockWaitMs
  }
}

function rowOf(prepared: Prepared, values: readonly unknown[]): Row {
  // A migration of another process may have added columns since.
  if (prepared.columns.length !== values.length)
    prepared.columns = prepared.statement.columns().map(({ name }) => name)
  const row: Record<string, unknown> = {}
  const { columns } = prepared
  for (let place = 0; place < columns.length; place += 1) row[columns[place] as string] = values[place]
  return row
}
