import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Row } from '../../src/adapters/sql/dialect.js'
import { migrateSqlite, openSqliteStores } from '../../src/adapters/sqlite/sqlite-stores.js'
import { silentLogger } from '../../src/application/ports/logger.js'
import type { Stores } from '../../src/application/ports/stores.js'
import type { HarnessOptions, StoreHarness } from '../contract/harness.js'
import { checkInvariants } from './invariants.js'

/** One file for each `open`, copied from one that was migrated once. */
export function sqliteHarness(): StoreHarness {
  const folder = mkdtempSync(join(tmpdir(), 'job-server-sqlite-'))
  const template = join(folder, 'template.sqlite')
  let files = 0
  let path = ''
  let options: HarnessOptions | null = null
  let opened: Stores[] = []

  const openPath = async (): Promise<Stores> => {
    const stores = await openSqliteStores({ path, logger: silentLogger, ...(options ?? {}) })
    opened.push(stores)
    return stores
  }
  const closeOpened = async (): Promise<void> => {
    await Promise.all(opened.map((stores) => stores.close()))
    opened = []
  }

  return {
    name: 'sqlite',
    features: { concurrentClaims: true, durable: true, refusesTakenIds: true, sharedByProcesses: true },
    open: async (harnessOptions) => {
      await closeOpened()
      if (files === 0) await migrateSqlite(template)
      path = join(folder, `${String(++files)}.sqlite`)
      copyFileSync(template, path)
      options = harnessOptions
      return openPath()
    },
    peer: openPath,
    reopen: async () => {
      await closeOpened()
      return openPath()
    },
    check: () => checkSqliteFile(path, { without: ['I7'] }),
    close: async () => {
      await closeOpened()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Checks the invariants, and the file itself, on a handle of its own. */
export async function checkSqliteFile(
  path: string,
  options: { readonly without?: readonly string[] } = {},
): Promise<void> {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    const integrity = db.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') throw new Error(`the file is damaged: ${String(integrity)}`)
    await checkInvariants((sql) => Promise.resolve(db.prepare(sql).all() as Row[]), options)
  } finally {
    db.close()
  }
}
