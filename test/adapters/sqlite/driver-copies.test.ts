import { cpSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type Database from 'better-sqlite3'
import { expect } from 'chai'
import { storesWanted } from '../../contract/stores-wanted.js'
import { tempDir } from '../../e2e/support/temp-dir.js'
import { aNewJob } from '../../support/factories.js'
import { TempDatabase } from './temp-database.js'

const require = createRequire(import.meta.url)

/** The driver once more, as npm installs it for a program that asks for another version. */
function copyOfDriver(folder: string): (path: string) => Database.Database {
  const own = dirname(require.resolve('better-sqlite3/package.json'))
  const copy = join(folder, 'better-sqlite3')
  for (const part of ['package.json', 'lib', 'build/Release/better_sqlite3.node'])
    cpSync(join(own, part), join(copy, part), { recursive: true })
  const Copy = require(copy) as typeof Database
  return (path) => new Copy(path, { nativeBinding: join(copy, 'build/Release/better_sqlite3.node') })
}

if (storesWanted().has('sqlite'))
  describe('a second copy of the driver in one process', () => {
    it('adds no job to a transaction: it would not see the locks of the first', async () => {
      const folder = tempDir()
      const database = await new TempDatabase().migrated()
      const stores = await database.open()
      const db = copyOfDriver(folder.path)(database.path)
      try {
        db.exec('begin')
        const jobs = stores.within?.({
          isTransaction: true,
          client: { driverName: 'better-sqlite3', acquireConnection: () => Promise.resolve(db) },
          executionPromise: Promise.resolve(),
          isCompleted: () => false,
        }).jobs
        const error: unknown = await jobs?.insert([aNewJob()]).catch((thrown: unknown) => thrown)
        expect(error).to.be.instanceOf(TypeError)
        expect(String(error)).to.match(/another copy of better-sqlite3 than this job server's/)
        db.exec('commit')
        expect(await stores.queries.get(aNewJob().id)).to.equal(null)
      } finally {
        db.close()
        await database.remove()
        folder.remove()
      }
    })
  })
