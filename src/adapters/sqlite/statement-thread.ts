import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { StorageUnavailableError } from '../../domain/errors.js'
import type { Row } from '../sql/dialect.js'

/** Plain JavaScript in a string: the same from the sources and from the build, and started without a loader. */
const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads')
const Database = require(workerData.driver)
const db = new Database(workerData.path, { readonly: workerData.readonly, fileMustExist: true, timeout: 5000 })
const statements = new Map()
db.pragma('cache_size = -2000')
parentPort.on('message', (statement) => {
  if (statement === null) {
    db.close()
    parentPort.close()
    return
  }
  const { id, sql, bindings } = statement
  try {
    if (statements.size >= 500) statements.clear()
    if (!statements.has(sql)) statements.set(sql, db.prepare(sql))
    parentPort.postMessage({ id, rows: statements.get(sql).all(...bindings) })
  } catch (error) {
    parentPort.postMessage({ id, error: String(error && error.message) })
  }
})
`

interface Pending {
  readonly resolve: (rows: readonly Row[]) => void
  readonly reject: (error: unknown) => void
}

type Answer = { readonly id: number } & ({ readonly rows: readonly Row[] } | { readonly error: string })

/**
 * Runs statements that may take long on a handle in a thread of their own, so that the event loop never waits for them.
 *
 * Starts with the first statement, starts again after it died, and keeps the process alive only while one is under way. Ends when it has had
 * nothing to do for a while: a thread holds some ten megabytes.
 */
export class StatementThread {
  private worker: Worker | null = null
  private readonly pending = new Map<number, Pending>()
  private lastId = 0
  private closed = false
  private idleTimer: NodeJS.Timeout | undefined

  /** @param idleMs how long it stays without anything to do. */
  constructor(
    private readonly path: string,
    private readonly access: 'reads' | 'writes',
    private readonly idleMs = 30_000,
  ) {}

  get isRunning(): boolean {
    return this.worker !== null
  }

  /** @throws StorageUnavailableError when the statement fails, or the thread ends under it. */
  all(sql: string, bindings: readonly unknown[]): Promise<readonly Row[]> {
    if (this.closed) return Promise.reject(new StorageUnavailableError(null, 'the database was closed'))
    const worker = (this.worker ??= this.start())
    clearTimeout(this.idleTimer)
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, sql, bindings })
    })
  }

  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.idleTimer)
    await this.worker?.terminate()
  }

  private start(): Worker {
    const driver = createRequire(import.meta.url).resolve('better-sqlite3')
    // No loader of the parent's: it would cost more than the thread itself.
    const worker = new Worker(SOURCE, {
      eval: true,
      execArgv: [],
      workerData: { path: this.path, readonly: this.access === 'reads', driver },
    })
    worker.on('message', (answer: Answer) => {
      this.answer(answer)
    })
    worker.on('error', (error) => {
      this.lose(worker, error)
    })
    worker.on('exit', () => {
      this.lose(worker, new Error('the thread ended'))
    })
    return worker
  }

  private answer(answer: Answer): void {
    const pending = this.pending.get(answer.id)
    this.pending.delete(answer.id)
    // While it is closed it must keep this process alive: else whoever waits for that as the last thing would never go on.
    if (this.pending.size === 0 && !this.closed) this.rest()
    if ('rows' in answer) pending?.resolve(answer.rows)
    else pending?.reject(new StorageUnavailableError(new Error(answer.error)))
  }

  private rest(): void {
    this.worker?.unref()
    this.idleTimer = setTimeout(() => {
      this.worker?.postMessage(null)
      this.worker = null
    }, this.idleMs)
    this.idleTimer.unref()
  }

  private lose(worker: Worker, cause: Error): void {
    if (this.worker !== worker) return
    this.worker = null
    const lost = [...this.pending.values()]
    this.pending.clear()
    for (const { reject } of lost) reject(new StorageUnavailableError(cause))
  }
}
