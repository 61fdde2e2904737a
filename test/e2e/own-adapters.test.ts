import { appendFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { createJobServer, createMemoryStores, defineJob, systemClock, type Stores } from '../../src/index.js'
import type * as TestingKit from '../../src/testing/index.js'
import { storeContract, type HarnessOptions, type StoreHarness } from '../contract/index.js'
import { untilPasses } from '../support/until.js'
import { buildOnce } from './support/role-process.js'
import { tempDir } from './support/temp-dir.js'

// What the examples import as `job-server` is the build, which may have to be made first.
const jsonFileStore = () => import('../../examples/json-file-store.js')
const tcpNotifier = () => import('../../examples/tcp-notifier.js')

function jsonFileHarness(): StoreHarness {
  const folder = tempDir()
  let files = 0
  let opened: { readonly stores: Stores; readonly path: string; readonly options: HarnessOptions } | null =
    null
  const openPath = async (path: string, options: HarnessOptions): Promise<Stores> => {
    await opened?.stores.close()
    const { openJsonFileStores } = await jsonFileStore()
    opened = { stores: await openJsonFileStores({ path, ...options }), path, options }
    return opened.stores
  }
  return {
    name: 'examples/json-file-store.ts',
    features: { concurrentClaims: true, durable: true, refusesTakenIds: false, sharedByProcesses: false },
    open: (options) => openPath(join(folder.path, `${(files += 1)}.jsonl`), options),
    reopen: async () => {
      if (opened === null) throw new Error('open a store first')
      return openPath(opened.path, opened.options)
    },
    close: async () => {
      await opened?.stores.close()
      folder.remove()
    },
  }
}

before(buildOnce)

storeContract(jsonFileHarness())

describe('examples/json-file-store.ts', () => {
  it('serves a job server, which finds everything again, even after half a line', async () => {
    const folder = tempDir()
    const { openJsonFileStores } = await jsonFileStore()
    const path = join(folder.path, 'jobs.jsonl')
    const double = defineJob({ key: 'double', version: 1, run: ({ n }: { n: number }) => n * 2 })
    const ids: string[] = []
    for (const n of [1, 2]) {
      const stores = await openJsonFileStores({ path })
      const server = await createJobServer({ stores, definitions: [double] })
      await server.start()
      const { job } = await server.enqueue({ definitionKey: 'double', params: { n } })
      ids.push(job.id)
      await server.waitFor(job.id)
      const jobs = await Promise.all(ids.map((id) => server.get(id)))
      expect(jobs.map((found) => found !== null && 'result' in found && found.result)).to.deep.equal(
        [2, 4].slice(0, n),
      )
      await server.stop()
      await stores.close()
      await appendFile(path, '{"port":"jobs","method":"ins')
    }
    const stores = await openJsonFileStores({ path })
    const { size } = await stat(path)
    expect((await stores.queries.list({}, { limit: 1, offset: 0 })).total).to.equal(2)
    await stores.close()
    expect((await stat(path)).size).to.equal(size)
    folder.remove()
  })
})

describe('examples/tcp-notifier.ts', () => {
  it('wakes the worker of another server, also after the hub was away', async () => {
    const { connectNotifier, startHub } = await tcpNotifier()
    let hub = await startHub(0)
    const { port } = hub
    const echo = defineJob({ key: 'echo', version: 1, run: (params: { n: number }) => params.n })
    // One database, and nothing but the hub between the two.
    const stores = createMemoryStores({ clock: systemClock })
    const notifiers = [connectNotifier({ port }), connectNotifier({ port })] as const
    const definitions = [echo]
    const api = await createJobServer({ stores, notifier: notifiers[0], definitions, worker: false })
    const worker = await createJobServer({ stores, notifier: notifiers[1], definitions })
    const until = (proven: boolean): Promise<void> =>
      untilPasses(() => {
        expect(notifiers.map((notifier) => notifier.isProven())).to.deep.equal([proven, proven])
      })
    const run = async (n: number): Promise<void> => {
      const { job } = await api.enqueue({ definitionKey: 'echo', params: { n } })
      // The worker's own poll comes after a minute.
      expect(await api.waitFor(job.id, { timeoutMs: 10_000 })).to.include({ result: n })
    }
    try {
      await until(true)
      await Promise.all([api.start(), worker.start()])
      await run(1)
      await hub.close()
      await until(false)
      hub = await startHub(port)
      await until(true)
      await run(2)
    } finally {
      await Promise.all([api.stop(), worker.stop()])
      for (const notifier of notifiers) notifier.close()
      await hub.close()
    }
  })
})

describe('the built package', () => {
  it('hands out the testing kit, and the suite with it', async () => {
    const name = 'job-server/testing'
    const kit = (await import(name)) as typeof TestingKit
    expect(kit.storeContract).to.be.a('function')
    const echo = defineJob({ key: 'echo', version: 1, run: (params: { n: number }) => params.n })
    const server = await kit.createTestServer({ definitions: [echo] })
    const { job } = await server.enqueue({ definitionKey: 'echo', params: { n: 1 } })
    expect(await server.waitFor(job.id)).to.include({ result: 1 })
  })
})
