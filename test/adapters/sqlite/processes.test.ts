import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { newJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aDefinition, aRequest } from '../../support/factories.js'
import { sequentialIds } from '../../support/ids.js'
import { checkSqliteFile } from '../../support/sqlite-harness.js'
import type { Ledger, Run } from './children/work.js'
import { exitOf, nextMessage, TempDatabase } from './temp-database.js'

if (storesWanted().has('sqlite'))
  describe('processes on one SQLite file', () => {
    let database: TempDatabase
    beforeEach(() => {
      database = new TempDatabase()
    })
    afterEach(() => database.remove())

    it('migrate it at once, and each migration runs in one of them', async () => {
      const children = [1, 2, 3, 4].map(() => database.fork('migrate'))
      await Promise.all(children.map((child) => nextMessage(child)))
      const ran = children.map((child) => nextMessage<string[]>(child))
      for (const child of children) child.send('go')
      const names = (await Promise.all(ran)).flat()
      expect(names).to.not.be.empty
      expect(new Set(names).size).to.equal(names.length)
      await (await database.open()).ping()
    }).timeout(60_000)

    it('run each of 2,000 jobs once, and never four at once of a definition limited to three', async () => {
      await database.migrated()
      const stores = await database.open()
      const newId = sequentialIds()
      await stores.definitions.publish([
        aDefinition({ key: 'work' }),
        aDefinition({ key: 'limited', concurrencyLimit: 3 }),
      ])
      const jobs = Array.from({ length: 2_000 }, (_, n) =>
        newJob(aRequest({ definitionKey: n % 5 === 0 ? 'limited' : 'work' }), newId(), new Date()),
      )
      for (let n = 0; n < jobs.length; n += 500) await stores.jobs.insert(jobs.slice(n, n + 500))

      const workers = [database.fork('work'), database.fork('work')]
      const ledgers = workers.map((worker) => nextMessage<Ledger>(worker))
      while (
        (await stores.queries.list({ statuses: ['succeeded'] }, { limit: 1, offset: 0 })).total < jobs.length
      ) {
        await checkSqliteFile(database.path)
        await Promise.race([sleep(50), ...ledgers])
      }
      for (const worker of workers) worker.send('stop')
      const [one, two] = (await Promise.all(ledgers)) as [Ledger, Ledger]

      const runs = [...one.runs, ...two.runs]
      expect(runs.map(({ id }) => id).sort()).to.deep.equal(jobs.map(({ id }) => id))
      expect(one.runs).to.not.be.empty
      expect(two.runs).to.not.be.empty
      expect(mostAtOnce(runs.filter(({ key }) => key === 'limited'))).to.be.within(1, 3)
      await checkSqliteFile(database.path)
      const stalls = [one, two].map(({ longestStallMs }) => `${longestStallMs.toFixed(1)} ms`)
      console.log(`        longest stalls of the two event loops: ${stalls.join(', ')}`)
    }).timeout(120_000)

    it('keep every acknowledged job when one is killed in the middle of its commits', async () => {
      await database.migrated()
      for (let round = 0; round < 3; round += 1) {
        const child = database.fork('insert-for-ever')
        const acknowledged: string[] = []
        child.on('message', (ids) => acknowledged.push(...(ids as string[])))
        const ended = exitOf(child)
        while (acknowledged.length < 500 * (round + 1)) await sleep(1)
        child.kill('SIGKILL')
        expect(await ended).to.equal('SIGKILL')

        const stores = await database.open()
        for (const id of acknowledged) expect(await stores.queries.get(id), id).to.not.equal(null)
        await checkSqliteFile(database.path)
        await database.remove()
        database = await new TempDatabase().migrated()
      }
    }).timeout(60_000)

    it('end by themselves, although a thread has read for them', async () => {
      await database.migrated()
      const child = database.fork('list-and-end')
      const ended = exitOf(child)
      expect(await nextMessage(child)).to.equal(0)
      expect(await ended).to.equal(0)
    }).timeout(30_000)

    it('live until they have closed it, though nothing else is left to do', async () => {
      await database.migrated()
      expect(await exitOf(database.fork('close-last'))).to.equal(0)
    }).timeout(30_000)
  })

function mostAtOnce(runs: readonly Run[]): number {
  const edges = runs.flatMap(({ from, to }) => [
    { at: BigInt(from), step: 1 },
    { at: BigInt(to), step: -1 },
  ])
  edges.sort((a, b) => (a.at === b.at ? a.step - b.step : a.at < b.at ? -1 : 1))
  let open = 0
  return edges.reduce((most, { step }) => Math.max(most, (open += step)), 0)
}
