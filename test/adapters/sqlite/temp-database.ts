import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  migrateSqlite,
  openSqliteStores,
  type SqliteOptions,
} from '../../../src/adapters/sqlite/sqlite-stores.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import type { Stores } from '../../../src/application/ports/stores.js'

/** One database file for a test, everything that has it open, and an end of both. */
export class TempDatabase {
  readonly folder = mkdtempSync(join(tmpdir(), 'job-server-sqlite-'))
  readonly path = join(this.folder, 'data', 'jobs.sqlite')
  private readonly opened: Stores[] = []
  private readonly children: ChildProcess[] = []

  async migrated(): Promise<this> {
    await migrateSqlite(this.path)
    return this
  }

  async open(options: Partial<SqliteOptions> = {}): Promise<Stores> {
    const stores = await openSqliteStores({ path: this.path, logger: silentLogger, ...options })
    this.opened.push(stores)
    return stores
  }

  /** Starts `children/<name>.ts` as a process of its own; its first argument is the path. */
  fork(name: string, ...args: readonly string[]): ChildProcess {
    const file = fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url))
    const child = fork(file, [this.path, ...args], { execArgv: ['--import', 'tsx'] })
    this.children.push(child)
    return child
  }

  async remove(): Promise<void> {
    for (const child of this.children) if (child.exitCode === null) child.kill('SIGKILL')
    await Promise.all(this.opened.map((stores) => stores.close()))
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The exit code, or the signal that ended it. */
export function exitOf(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal))
  })
}

export function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T))
    child.once('exit', (code, signal) => reject(new Error(`the process ended: ${String(code ?? signal)}`)))
  })
}
