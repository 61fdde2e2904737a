import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { StatementThread } from '../../../src/adapters/sqlite/statement-thread.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { tempDir } from '../../e2e/support/temp-dir.js'
import { eventually } from '../../support/eventually.js'

const COUNT = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) select max(i) as count from n`

describe('StatementThread', () => {
  const folder = tempDir()
  const path = join(folder.path, 'jobs.sqlite')
  let thread: StatementThread

  before(() => new Database(path).close())
  beforeEach(() => (thread = new StatementThread(path, 'reads', 1)))
  afterEach(() => thread.close())
  after(() => {
    folder.remove()
  })

  it('is there only while it has something to do, and comes back when it is asked', async () => {
    for (const count of [1, 2]) {
      expect(thread.isRunning).to.equal(false)
      expect(await thread.all(COUNT, [count])).to.deep.equal([{ count }])
      await eventually(() => !thread.isRunning)
    }
  })

  it('does not end while a statement is under way, however long it takes', async () => {
    const brief = thread.all(COUNT, [1])
    const long = thread.all(COUNT, [200_000])
    await brief
    expect(await long).to.deep.equal([{ count: 200_000 }])
  })

  it('goes on after a statement that failed', async () => {
    const error: unknown = await thread.all('select * from nowhere', []).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(StorageUnavailableError)
    expect(await thread.all(COUNT, [3])).to.deep.equal([{ count: 3 }])
  })
})
