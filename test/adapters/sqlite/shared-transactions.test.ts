import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { Reachability } from '../../../src/adapters/sqlite/reachability.js'
import { SqliteConnection } from '../../../src/adapters/sqlite/sqlite-connection.js'
import { StatementThread } from '../../../src/adapters/sqlite/statement-thread.js'
import { FOLD, isFolded, WalFile } from '../../../src/adapters/sqlite/wal-file.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { deferred, turns } from '../../support/eventually.js'
import { untilPasses } from '../../support/until.js'

if (storesWanted().has('sqlite'))
  describe('calls that write into one SQLite file', () => {
    let folder: string
    let other: Database.Database
    let db: SqliteConnection
    let sync: () => Promise<void>
    let checkpoint: () => Promise<boolean>

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'job-server-sqlite-'))
      const path = join(folder, 'shared.sqlite')
      other = new Database(path)
      other.exec("create table notes (text text not null check (text <> 'bad')) strict")
      const reachability = new Reachability(() => new Date())
      const options = { path, lockWaitMs: 1_000, reachability }
      sync = () => Promise.resolve()
      checkpoint = () => Promise.resolve(true)
      db = await SqliteConnection.open({ ...options, sync: () => sync(), checkpoint: () => checkpoint() })
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

    it('reach the disk by the log beside the file', async () => {
      const wal = new WalFile(join(folder, 'shared.sqlite'))
      await write('a')
      await wal.sync()
      await wal.close()
      expect(await new WalFile(join(folder, 'none')).sync().catch(String)).to.include('ENOENT')
    })

    it('are answered when the disk has them, and gathered until then', async () => {
      await write('first')
      const disk = deferred()
      sync = () => disk.promise
      const answered: string[] = []
      const early = write('a').then(() => answered.push('a'))
      await turns()
      const seen: unknown[][] = []
      const late = ['b', 'c'].map((text) => write(text, () => void seen.push(committed())))
      await turns()
      expect(answered).to.deep.equal([])
      disk.resolve()
      await Promise.all([early, ...late])
      expect(seen).to.deep.equal([
        ['first', 'a'],
        ['first', 'a'],
      ])
    })

    it('wait for their commit only, where nobody misses them after a power cut, unless the disk fails', async () => {
      const claim = (text: string): Promise<number> =>
        db.write(() => db.run('insert into notes values (?)', text), { until: 'commit' })
      const disk = deferred()
      sync = () => disk.promise
      const answered: string[] = []
      const accepted = write('a').then(() => answered.push('a'))
      await claim('b')
      expect(answered).to.deep.equal([])
      expect(committed()).to.deep.equal(['a', 'b'])
      disk.reject(new Error('the disk is gone'))
      expect(await accepted.catch((error: unknown) => error)).to.be.instanceOf(StorageUnavailableError)
      expect(await claim('c').catch((error: unknown) => error)).to.be.instanceOf(StorageUnavailableError)
      sync = () => Promise.resolve()
      await claim('d')
    })

    it('tell of their commit before the disk has it, and let others in who need no disk, for the next one to bring there', async () => {
      const disk = deferred()
      const synced: unknown[][] = []
      sync = () => {
        synced.push(committed())
        return synced.length === 1 ? disk.promise : Promise.resolve()
      }
      const told: number[] = []
      const answered: string[] = []
      const accepted = db
        .write(() => db.run("insert into notes values ('a')"), { onCommit: (rows) => told.push(rows) })
        .then(() => answered.push('a'))
      await turns()
      const later = write('c').then(() => answered.push('c'))
      const claim = db.write(() => db.run("insert into notes values ('b')"), { until: 'commit' })
      await claim
      expect([told, answered, committed()]).to.deep.equal([[1], [], ['a', 'b']])
      disk.resolve()
      await Promise.all([accepted, later])
      expect(synced).to.deep.equal([['a'], ['a', 'b', 'c']])
      expect(told).to.deep.equal([1])
    })

    it('bring to the disk what was let in while others waited for it', async () => {
      const disk = deferred()
      let syncs = 0
      sync = () => {
        syncs += 1
        return syncs === 1 ? disk.promise : Promise.resolve()
      }
      const accepted = write('a')
      await turns()
      await db.write(() => db.run("insert into notes values ('b')"), { until: 'commit' })
      disk.resolve()
      await accepted
      await db.write(() => db.all('select text from notes'))
      expect(syncs).to.equal(2)
    })

    it('are waited for when the connection closes, though they wait for another lock', async () => {
      const disk = deferred()
      sync = () => disk.promise
      const accepted = write('a')
      await turns()
      other.exec('begin immediate')
      const claim = db.write(() => db.run("insert into notes values ('b')"), { until: 'commit' })
      disk.resolve()
      const closed = db.close()
      await turns()
      other.exec('rollback')
      await Promise.all([accepted, claim, closed])
      expect(committed()).to.deep.equal(['a', 'b'])
    })

    it('reach the disk with the next one that waits for it', async () => {
      let synced: unknown[] = []
      sync = () => {
        synced = committed()
        return Promise.resolve()
      }
      await db.write(() => db.run('insert into notes values (?)', 'claimed'), { until: 'commit' })
      expect(synced).to.deep.equal([])
      await db.write(() => db.all('select text from notes'))
      expect(synced).to.deep.equal(['claimed'])
    })

    it('wait for no disk when they change nothing', async () => {
      await write('a')
      sync = () => Promise.reject(new Error('nobody should ask'))
      expect(await db.write(() => db.all('select text from notes'))).to.have.length(1)
    })

    it('leave others their turns, however often they ask for what changes nothing', async () => {
      let isOver = false
      setTimeout(() => (isOver = true), 5)
      while (!isOver) await db.write(() => db.all('select text from notes'))
    })

    it('learn that the disk failed, and so do those who come later until it has everything', async () => {
      sync = () => Promise.reject(new Error('the disk is gone'))
      const look = (): Promise<unknown> => db.write(() => db.all('select text from notes'))
      const answers = [...(await Promise.allSettled([write('a')])), ...(await Promise.allSettled([look()]))]
      for (const answer of answers)
        expect(answer).to.have.property('reason').that.is.instanceOf(StorageUnavailableError)
      sync = () => Promise.resolve()
      expect(await look()).to.have.length(1)
    })

    it('are believed to be on a disk that has failed only when the file itself has them', async () => {
      sync = () => Promise.reject(new Error('the disk is gone'))
      await Promise.allSettled([write('a')])
      // Told of it once, the system takes what was lost for written.
      sync = () => Promise.resolve()
      other.exec('begin')
      expect(committed()).to.deep.equal(['a'])
      const thread = new StatementThread(join(folder, 'shared.sqlite'), 'writes')
      let folds = 0
      checkpoint = async () => {
        folds += 1
        return isFolded((await thread.all(FOLD, []))[0])
      }
      const held = await write('b').catch((error: unknown) => error)
      expect(held).to.be.instanceOf(StorageUnavailableError)
      other.exec('commit')
      await write('c')
      expect(folds).to.equal(2)
      await write('d')
      expect(folds).to.equal(2)
      await thread.close()
    })

    it('let nobody in who needs no disk, while they wait for one that has failed', async () => {
      sync = () => Promise.reject(new Error('the disk is gone'))
      await Promise.allSettled([write('a')])
      const disk = deferred()
      sync = () => disk.promise
      const answered: string[] = []
      const tried = [
        write('b').then(() => answered.push('b')),
        turns().then(() => db.write(() => answered.push('c'), { until: 'commit' })),
      ]
      await turns()
      await turns()
      expect(answered).to.deep.equal([])
      disk.resolve()
      await Promise.all(tried)
      expect(answered).to.deep.equal(['b', 'c'])
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

    it('go on while a long log is folded into the file, and wait for what came meanwhile, so that it begins anew', async () => {
      const thread = new StatementThread(join(folder, 'shared.sqlite'), 'writes')
      const gates = [deferred(), deferred()]
      let asked = 0
      checkpoint = async () => {
        const gate = gates[asked]
        asked += 1
        await gate?.promise
        return isFolded((await thread.all(FOLD, []))[0])
      }
      await write('few pages')
      await turns()
      expect(asked).to.equal(0)
      await write('x'.repeat(5_000_000))
      await write('meanwhile')
      expect(asked).to.equal(1)
      gates[0]?.resolve()
      await untilPasses(async () => {
        await write('answered before it waits')
        expect(asked).to.equal(2)
      })
      const rows = committed().length
      const late = write('late')
      await turns()
      expect(committed().length).to.equal(rows)
      gates[1]?.resolve()
      await late
      const [log] = other.pragma('wal_checkpoint(noop)') as { log: number }[]
      expect(log?.log).to.be.lessThan(10)
      expect(asked).to.equal(2)
      await thread.close()
    })

    it('go on when the log cannot be folded, and try again when it has grown', async () => {
      let asked = 0
      checkpoint = () => {
        asked += 1
        return Promise.reject(new Error('the thread is gone'))
      }
      for (let n = 0; n < 3; n++) await write('x'.repeat(5_000_000))
      await write('small')
      await turns()
      expect(asked).to.equal(3)
      expect(committed()).to.have.length(4)
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
