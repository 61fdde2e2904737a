import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { Reachability } from '../../../src/adapters/sqlite/reachability.js'
import { SqliteConnection } from '../../../src/adapters/sqlite/sqlite-connection.js'
import { storesWanted } from '../../contract/stores-wanted.js'

if (storesWanted().has('sqlite'))
  describe('calls that write into one SQLite file', () => {
    let folder: string
    let other: Database.Database
    let db: SqliteConnection

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'job-server-sqlite-'))
      const path = join(folder, 'shared.sqlite')
      other = new Database(path)
      other.exec("create table notes (text text not null check (text <> 'bad')) strict")
      const reachability = new Reachability(() => new Date())
      db = await SqliteConnection.open({ path, lockWaitMs: 1_000, reachability })
    })
    afterEach(async () => {
      await db.close()
      other.close()
      rmSync(folder, { recursive: true })
    })

    const write = (text: string, look: () => void = () => undefined): Promise<number> =>
      db.write(() => {
        look()
        return db.run('insert into notes values (?)', text)
      })
    const committed = (): unknown[] => other.prepare('select text from notes order by rowid').pluck().all()

    it('share a transaction when they wait together, and are answered after its commit', async () => {
      const seen: unknown[][] = []
      const look = (): void => void seen.push(committed())
      const first = write('a', look).then(() => committed())
      await Promise.all([first, write('b', look), write('c', look)])
      expect(seen).to.deep.equal([[], [], []])
      expect(await first).to.deep.equal(['a', 'b', 'c'])
    })

    it('are gathered while the last transaction is followed by its rest', async () => {
      await write('first', () => {
        const until = performance.now() + 8
        while (performance.now() < until);
      })
      const seen: unknown[][] = []
      const look = (): void => void seen.push(committed())
      const early = write('a', look)
      await new Promise(setImmediate)
      await Promise.all([early, write('b', look)])
      expect(seen).to.deep.equal([['first'], ['first']])
    })

    it('do not undo each other', async () => {
      const answers = await Promise.allSettled(['a', 'bad', 'c'].map((text) => write(text)))
      expect(answers.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
      expect(committed()).to.deep.equal(['a', 'c'])
    })

    it('are not held together beyond a short time', async () => {
      const seen: unknown[][] = []
      const slow = write('slow', () => {
        const until = performance.now() + 30
        while (performance.now() < until);
      })
      await Promise.all([slow, write('next', () => void seen.push(committed()))])
      expect(seen).to.deep.equal([['slow']])
    })

    it('all learn that the file stays locked', async () => {
      other.exec('begin exclusive')
      const answers = await Promise.allSettled(['a', 'b'].map((text) => write(text)))
      other.exec('rollback')
      expect(answers.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
      await write('c')
      expect(committed()).to.deep.equal(['c'])
    })
  })
