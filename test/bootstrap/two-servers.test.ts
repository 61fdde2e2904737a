import { join } from 'node:path'
import { expect } from 'chai'
import { createJobServer, defineJob, type JobServer, type JobServerOptions } from '../../src/index.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { tempDir } from '../e2e/support/temp-dir.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'
import { untilPasses } from '../support/until.js'

const whoami = (name: string) => defineJob({ key: 'whoami', version: 1, run: () => name })

describe('two embedded servers in one process', function () {
  this.timeout(60_000)
  const folder = tempDir()
  let database: Database | null = null
  before(async () => {
    if (storesWanted().has('postgres')) database = await createDatabase()
  })
  after(async () => {
    await database?.drop()
    folder.remove()
  })

  const both = async (): Promise<void> => {
    const at: JobServerOptions = { http: { port: 0 }, dataDir: folder.path }
    const servers: JobServer[] = []
    try {
      for (const [index, url] of [
        `sqlite:${join(folder.path, 'jobs.db')}`,
        database?.url ?? 'memory',
      ].entries())
        servers.push(
          await createJobServer({ ...at, database: url, definitions: [whoami(`number ${index}`)] }),
        )
      await Promise.all(servers.map((server) => server.start()))
      for (const [index, server] of servers.entries()) {
        expect((await fetch(`${server.url}/readyz`)).status).to.equal(200)
        const { job } = await server.enqueue({ definitionKey: 'whoami' })
        expect(await server.waitFor(job.id)).to.include({ result: `number ${index}` })
        expect(await servers[1 - index]?.get(job.id)).to.equal(null)
      }
    } finally {
      await Promise.all(servers.map((server) => server.stop()))
    }
  }

  it('have a database each, and after their stop leave no handle and no listener behind', async () => {
    // What is made once for a process, such as the pool of threads and fetch's connections, is there by then.
    await both()
    const [handles, listeners] = [openHandles(), processListeners()]
    for (let round = 0; round < 3; round += 1) await both()
    // At most: what tests before this one have left may go meanwhile; what a server leaves would be there three times.
    await untilPasses(() => {
      for (const [kind, count] of Object.entries(openHandles()))
        expect(count, kind).to.be.at.most(handles[kind] ?? 0)
    })
    expect(processListeners()).to.deep.equal(listeners)
  })
})

/** What keeps the event loop going, by kind, without the connections that fetch keeps for later. */
function openHandles(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

function processListeners(): [string | symbol, number][] {
  return process.eventNames().map((name) => [name, process.listenerCount(name)])
}
