import { expect } from 'chai'
import { createJobServer, type JobServer } from '../../src/bootstrap/create-job-server.js'
import { systemClock } from '../../src/bootstrap/system-clock.js'
import type { LiveQueries } from '../../src/application/ports/live-queries.js'
import type { Stores } from '../../src/application/ports/stores.js'
import type { JobDefinition } from '../../src/domain/job-definition.js'
import type { StoreHarness } from '../contract/harness.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { followToEnd, messagesOf, type Message } from '../support/event-source.js'
import { memoryHarness } from '../support/memory-harness.js'
import { postgresHarness } from '../support/postgres-harness.js'
import { sqliteHarness } from '../support/sqlite-harness.js'

const HARNESSES = { memory: memoryHarness, sqlite: sqliteHarness, postgres: postgresHarness } as const

/** Emits `count` events, a few milliseconds apart. */
const chatty: JobDefinition<{ count: number; everyMs: number }> = {
  key: 'chatty',
  version: 1,
  isolation: 'inline',
  run: async ({ count, everyMs }, ctx) => {
    for (let n = 1; n <= count; n += 1) {
      await ctx.emitEvent('said', { n })
      if (everyMs > 0) await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  },
}

for (const [name, harnessOf] of Object.entries(HARNESSES))
  if (storesWanted().has(name))
    describe(`streams of events on ${name}`, function () {
      this.timeout(60_000)
      let harness: StoreHarness
      let stores: Stores
      let servers: JobServer[]
      before(() => (harness = harnessOf()))
      beforeEach(async () => {
        servers = []
        stores = await harness.open({ clock: systemClock, leaseOffsetMs: () => 0 })
      })
      afterEach(() => Promise.all(servers.map((server) => server.stop())))
      after(() => harness.close())

      const serve = async (over: Stores, parts: { http: boolean; worker: boolean }): Promise<JobServer> => {
        const server = await createJobServer({
          stores: over,
          definitions: [chatty],
          http: parts.http ? { port: 0 } : false,
          worker: parts.worker ? { slots: 20, cancelGraceMs: 0 } : false,
        })
        servers.push(server)
        await server.start()
        return server
      }
      const eventsUrl = (server: JobServer, jobId: string): string =>
        `${server.url ?? ''}/v1/jobs/${jobId}/events`
      const chat = async (server: JobServer, count: number, everyMs = 0): Promise<string> =>
        (await server.enqueue({ definitionKey: 'chatty', params: { count, everyMs } })).job.id
      const listed = async (server: JobServer, jobId: string): Promise<unknown[]> => {
        const answer = await fetch(`${eventsUrl(server, jobId)}?limit=10000`)
        return ((await answer.json()) as { events: unknown[] }).events
      }

      it('end with exactly the list, for a client that is cut off ten times on the way', async () => {
        const server = await serve(stores, { http: true, worker: true })
        const jobId = await chat(server, 150, 3)
        const cuts = [1, 2, 3, 5, 8, 1, 13, 4, 9, 2]
        const { messages, connections } = await followToEnd(() => eventsUrl(server, jobId), cuts)
        expect(connections).to.equal(11)
        expect(messages.map(({ data }) => data)).to.deep.equal(await listed(server, jobId))
        expect(messages.map(({ id }) => id)).to.deep.equal(messages.map((_, index) => index + 1))
        expect(messages).to.have.length(153)
      })

      it('replay a long life that is over, and end', async () => {
        const server = await serve(stores, { http: true, worker: true })
        const jobId = await chat(server, 1_000)
        await server.waitFor(jobId)
        const { messages, connections } = await followToEnd(() => eventsUrl(server, jobId))
        expect(connections).to.equal(1)
        expect(messages.map(({ data }) => data)).to.deep.equal(await listed(server, jobId))
      })

      it('end at once past the last event, and wait past the present one', async () => {
        const server = await serve(stores, { http: true, worker: true })
        const jobId = await chat(server, 2)
        await server.waitFor(jobId)
        for (const past of [5, 6, 2_000_000_000, 999_999_999_999]) {
          const told = []
          for await (const message of messagesOf(eventsUrl(server, jobId), past)) told.push(message)
          expect(told).to.deep.equal([{ id: null, event: 'end', data: { jobId } }])
        }
        const later = await chat(server, 20, 5)
        const told = []
        for await (const message of messagesOf(eventsUrl(server, later), 1_000)) told.push(message.event)
        expect(told).to.deep.equal(['end'])
      })

      it('are many at once, none of which misses or repeats an event, for a few queries in all', async () => {
        const queries = { heads: 0, events: 0 }
        const counted = { ...stores, live: counting(stores.live, queries) }
        const server = await serve(counted, { http: true, worker: true })
        const jobs = await server.enqueueMany(
          Array.from({ length: 60 }, () => ({
            definitionKey: 'chatty',
            params: { count: 5, everyMs: 20 },
            delaySeconds: 1,
          })),
        )
        const ids = jobs.map((answer) => ('job' in answer ? answer.job.id : ''))
        const followers = Array.from({ length: 240 }, (_, n) =>
          followToEnd(() => eventsUrl(server, ids[n % ids.length] ?? '')),
        )
        const followed = await Promise.all(followers)
        for (const { messages, connections } of followed) {
          expect(connections).to.equal(1)
          expect(messages.map(({ id }) => id)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8])
        }
        // 240 streams of 8 events each: by one query for each of them it would be 1,920 and more.
        expect(queries.heads).to.be.lessThan(960)
        // One more for each that was opened, unless it came while another one was.
        expect(queries.events).to.be.at.most(queries.heads + followers.length)
      })

      it('cost nothing each while nothing happens', async () => {
        const queries = { heads: 0, events: 0 }
        const server = await serve(
          { ...stores, live: counting(stores.live, queries) },
          { http: true, worker: false },
        )
        const jobId = await chat(server, 1)
        const open = Array.from({ length: 100 }, () => messagesOf(eventsUrl(server, jobId)))
        await Promise.all(open.map((stream) => stream.next()))
        queries.heads = 0
        await new Promise((resolve) => setTimeout(resolve, 1_500))
        expect(queries.heads).to.be.within(1, 4)
        await Promise.all(open.map((stream) => stream.return(undefined)))
      })

      it('survive a restart of the server that they come from', async () => {
        const worker = await serve(stores, { http: false, worker: true })
        let api = await serve(stores, { http: true, worker: false })
        const jobId = await chat(worker, 200, 5)
        const follower = followToEnd(() => eventsUrl(api, jobId))
        for (let restart = 0; restart < 2; restart += 1) {
          await new Promise((resolve) => setTimeout(resolve, 250))
          const [next] = await Promise.all([serve(stores, { http: true, worker: false }), api.stop()])
          api = next
        }
        const { messages, connections } = await follower
        expect(connections).to.be.greaterThan(2)
        expect(messages.map(({ data }) => data)).to.deep.equal(await listed(api, jobId))
        expect(messages).to.have.length(203)
      })

      it('answer long polls when the job is final, and when the time is over', async () => {
        const server = await serve(stores, { http: true, worker: true })
        const wait = async (jobId: string, seconds: number | string): Promise<[string, number]> => {
          const askedAt = performance.now()
          const answer = await fetch(`${server.url ?? ''}/v1/jobs/${jobId}?wait=${seconds}`)
          return [((await answer.json()) as { status: string }).status, performance.now() - askedAt]
        }
        const quick = await chat(server, 10, 20)
        const [status, tookMs] = await wait(quick, 30)
        expect(status).to.equal('succeeded')
        expect(tookMs).to.be.lessThan(10_000)
        expect((await wait(quick, 30))[0]).to.equal('succeeded')
        const slow = await chat(server, 1, 3_000)
        const [early, earlyMs] = await wait(slow, 0.3)
        expect(early).to.not.equal('succeeded')
        expect(earlyMs).to.be.greaterThan(290)
        const waiting = wait(slow, 60)
        await server.cancel(slow)
        expect((await waiting)[0]).to.equal('cancelled')
      })

      const { peer } = harnessOf()
      if (peer === undefined) return

      it('tell of what a worker in another process writes', async () => {
        const api = await serve(stores, { http: true, worker: false })
        const jobId = await chat(api, 100, 3)
        const follower = followToEnd(() => eventsUrl(api, jobId), [10, 20])
        await serve(await harness.peer!(), { http: false, worker: true })
        const { messages } = await follower
        expect(messages.map(({ data }) => data)).to.deep.equal(await listed(api, jobId))
        expect(messages).to.have.length(103)
      })

      it('tell pages that something changed in another process', async () => {
        const api = await serve(stores, { http: true, worker: false })
        const page = messagesOf(`${api.url ?? ''}/v1/events/stream`)
        const told = page.next()
        await serve(await harness.peer!(), { http: false, worker: true })
        // Again and again: nobody knows when the page is being told.
        const chatter = setInterval(() => void chat(api, 1), 100)
        // What this process writes is told, too; only the other one can end a job, or have what cannot be named.
        const isOfTheOther = ({ event, data }: Message): boolean =>
          event === 'message' && (data.more || data.jobs.some(({ status }: any) => status === 'succeeded'))
        for (let next = await told; ; next = await page.next()) {
          if (next.done === true) throw new Error('the stream has ended')
          if (isOfTheOther(next.value)) break
        }
        clearInterval(chatter)
        await page.return(undefined)
      })
    })

function counting(live: LiveQueries, queries: { heads: number; events: number }): LiveQueries {
  return {
    heads: (ids) => {
      queries.heads += 1
      return live.heads(ids)
    },
    eventsAfter: (places, limit) => {
      queries.events += 1
      return live.eventsAfter(places, limit)
    },
  }
}
