import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aNewJob } from '../../support/factories.js'
import { TempDatabase } from './temp-database.js'

if (storesWanted().has('sqlite'))
  describe('hints of a SQLite store', () => {
    let database: TempDatabase
    beforeEach(async () => {
      database = await new TempDatabase().migrated()
    })
    afterEach(() => database.remove())

    it('arrive at once inside the process, with the definitions that they name', async () => {
      const { notifier } = await database.open()
      const heard: unknown[] = []
      const unsubscribe = notifier.subscribe((keys) => heard.push(keys))
      notifier.hint(['work'])
      unsubscribe()
      notifier.hint(['work'])
      expect(heard).to.deep.equal([['work']])
    })

    it('come from the commits of other processes, and say that anything may have changed', async () => {
      const [mine, other] = [await database.open(), await database.open()]
      const hint = new Promise((resolve) => mine.notifier.subscribe(resolve))
      await other.jobs.insert([aNewJob()])
      expect(await hint).to.deep.equal([])
    })

    it('do not come from the commits and reads of this process', async () => {
      const { notifier, jobs, queries } = await database.open()
      const heard: unknown[] = []
      notifier.subscribe((keys) => heard.push(keys))
      await jobs.insert([aNewJob()])
      await queries.list({}, { limit: 1, offset: 0 })
      await sleep(100)
      expect(heard).to.deep.equal([])
    })
  })
