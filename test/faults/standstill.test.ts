import { expect } from 'chai'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { JobRegistry } from '../../src/application/job-registry.js'
import { silentLogger } from '../../src/application/ports/logger.js'
import { PublishDefinitions } from '../../src/application/publish-definitions.js'
import { newJob } from '../../src/domain/job.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { aRequest } from '../support/factories.js'
import { checkInvariants } from '../support/invariants.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'
import { TcpProxy } from '../support/tcp-proxy.js'
import { untilPasses } from '../support/until.js'
import { openNode, type InProcessNode } from './support/in-process-node.js'

const LEASE_MS = 3_000
const JOBS = 260

if (storesWanted().has('postgres')) {
  describe('a database that stands still', function () {
    this.timeout(60_000)
    let database: Database
    let admin: pg.Client
    let proxy: TcpProxy
    let nodes: InProcessNode[]
    beforeEach(async () => {
      database = await createDatabase()
      admin = new pg.Client({ connectionString: database.url })
      await admin.connect()
      const url = new URL(database.url)
      proxy = await TcpProxy.before(Number(url.port))
      url.port = String(proxy.port)
      const registry = new JobRegistry()
      registry.register<{ ms: number }>({
        key: 'work',
        version: 1,
        run: async ({ ms }, { abortSignal }) => sleep(ms, 'done', { signal: abortSignal }),
      })
      const options = { registry, leaseMs: LEASE_MS, logger: silentLogger }
      nodes = await Promise.all(['first', 'second'].map((name) => openNode(url.href, name, options)))
      const { definitions, notifier, jobs, clock } = nodes[0]?.stores ?? expect.fail('there is no node')
      await new PublishDefinitions(registry, definitions, notifier, () => null).execute()
      await jobs.insert(
        Array.from({ length: JOBS }, (_, n) =>
          // One attempt: whoever burns it is found out.
          newJob(aRequest({ params: { ms: 400 + n }, maxAttempts: 1 }), uuidv7(), clock.now()),
        ),
      )
    })
    afterEach(async () => {
      proxy.thaw()
      await Promise.all(nodes.map((node) => node.stop()))
      await proxy.close()
      await admin.end()
      await database.drop()
    })

    it('for two leases costs no job an attempt', async () => {
      const query = async (sql: string) => (await admin.query<Record<string, unknown>>(sql)).rows
      for (const node of nodes) node.start()
      // Recovery begins once a process has seen the database for a whole lease.
      await sleep(LEASE_MS + 500)
      proxy.freeze()
      const frozen = await query('select id from jobs where worker is not null')
      expect(frozen).not.to.deep.equal([])
      await sleep(2 * LEASE_MS)
      proxy.thaw()
      await untilPasses(async () => {
        expect(await query('select * from jobs')).to.deep.equal([])
      }, 25_000)
      expect(
        await query('select status, count(*)::int as n from finished_jobs group by status'),
      ).to.deep.equal([{ status: 'succeeded', n: JOBS }])
      expect(await query("select * from job_events where type = 'lease_lost'")).to.deep.equal([])
      await checkInvariants(query)
    })
  })
}
