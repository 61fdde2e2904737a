import { join } from 'node:path'
import { expect } from 'chai'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import { createJobServer, defineJob, silentLogger, type JobServer, type Logger } from '../../src/index.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { tempDir } from '../e2e/support/temp-dir.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'

const note = defineJob({ key: 'note', version: 1, run: (params: { n: number }) => params.n })
const request = (n: number, more: object = {}) => ({ definitionKey: 'note', params: { n }, ...more })

for (const kind of ['sqlite', 'postgres'] as const) {
  if (!storesWanted().has(kind)) continue

  describe(`enqueue within a transaction of ${kind}`, () => {
    const folder = tempDir()
    const queued: unknown[] = []
    const logger: Logger = {
      ...silentLogger,
      info: (message, fields) => {
        if (message === 'job queued') queued.push((fields as { jobId?: unknown }).jobId)
      },
      child: () => logger,
    }
    let database: Database | null = null
    let server: JobServer
    let db: Knex

    before(async () => {
      const file = join(folder.path, 'jobs.db')
      if (kind === 'postgres') database = await createDatabase()
      server = await createJobServer({
        database: database?.url ?? `sqlite:${file}`,
        definitions: [note],
        logger,
      })
      db =
        database === null
          ? knex({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true })
          : knex({ client: 'pg', connection: database.url })
      await db.schema.createTable('orders', (table) => table.integer('n').primary())
      await server.start()
    })
    after(async () => {
      await server.stop()
      await db.destroy()
      await database?.drop()
      folder.remove()
    })

    const count = async (): Promise<[orders: number, jobs: number]> => {
      const orders = await db('orders').count({ count: '*' })
      const jobs = await db('all_jobs').count({ count: '*' })
      return [Number(orders[0]?.['count']), Number(jobs[0]?.['count'])]
    }
    const more = async (work: () => Promise<unknown>): Promise<[number, number]> => {
      const before = await count()
      await work()
      const after = await count()
      return [after[0] - before[0], after[1] - before[1]]
    }

    it('leaves exactly one job when it commits, which runs at once', async () => {
      let jobId = ''
      const added = await more(() =>
        db.transaction(async (trx) => {
          await trx('orders').insert({ n: 1 })
          const { job } = await server.within(trx).enqueue(request(1))
          jobId = job.id
          expect(await server.get(jobId)).to.equal(null)
        }),
      )
      expect(added).to.deep.equal([1, 1])
      // Nothing else wakes the worker for a minute.
      expect(await server.waitFor(jobId, { timeoutMs: 10_000 })).to.include({ result: 1 })
      expect(queued).to.deep.equal([jobId])
    })

    it('leaves nothing when it is rolled back, by an error or by hand, and the log knows of nothing', async () => {
      const ids: string[] = []
      const enqueue = async (trx: Knex.Transaction): Promise<void> => {
        await trx('orders').insert({ n: 2 })
        ids.push((await server.within(trx).enqueue(request(2))).job.id)
      }
      const added = await more(async () => {
        const failed = db.transaction(async (trx) => {
          await enqueue(trx)
          throw new Error('no order after all')
        })
        expect(await failed.catch((error: unknown) => String(error))).to.include('no order after all')
        const trx = await db.transaction()
        await enqueue(trx)
        await trx.rollback()
      })
      expect(added).to.deep.equal([0, 0])
      expect(await Promise.all(ids.map((id) => server.get(id)))).to.deep.equal([null, null])
      expect(queued.filter((id) => ids.includes(String(id)))).to.deep.equal([])
    })

    it('frees an idempotency key with the rollback, and finds its job after the commit', async () => {
      const keyed = request(3, { idempotencyKey: 'three' })
      const trx = await db.transaction()
      await server.within(trx).enqueue(keyed)
      await trx.rollback()
      const first = await db.transaction((trx) => server.within(trx).enqueue(keyed))
      const second = await db.transaction((trx) => server.within(trx).enqueue(keyed))
      expect([first.duplicate, second.duplicate]).to.deep.equal([false, true])
      expect(second.job.id).to.equal(first.job.id)
    })

    if (kind === 'postgres')
      it('reads what is there by itself, whatever the program has told the driver of dates and JSON', async () => {
        const keyed = request(9, { idempotencyKey: 'nine' })
        const first = await db.transaction((trx) => server.within(trx).enqueue(keyed))
        const { TIMESTAMPTZ, JSONB } = pg.types.builtins
        const parsers = [TIMESTAMPTZ, JSONB].map((id) => [id, pg.types.getTypeParser(id)] as const)
        for (const [id] of parsers) pg.types.setTypeParser(id, (text: string) => text)
        try {
          for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kathmandu']) {
            const { job, duplicate } = await db.transaction(async (trx) => {
              await trx.raw(`set local timezone = '${zone}'`)
              return server.within(trx).enqueue(keyed)
            })
            const { id, params, runAt, queuedAt } = first.job
            expect(duplicate, zone).to.equal(true)
            expect(job, zone).to.deep.include({ id, params, runAt, queuedAt })
            expect(await server.get(id), zone).to.deep.include({ params, runAt, queuedAt })
          }
        } finally {
          for (const [id, parse] of parsers) pg.types.setTypeParser(id, parse)
        }
      })

    it('leaves the rest of the transaction alone: what it is refused, and how long it waits for locks', async () => {
      const added = await more(() =>
        db.transaction(async (trx) => {
          const jobs = server.within(trx)
          const [settings] = kind === 'postgres' ? [await trx.raw('show lock_timeout')] : [null]
          const answers = await jobs.enqueueMany([
            request(4, { priority: 2 ** 40 }),
            request(5, { idempotencyKey: 'five' }),
            { definitionKey: 'unknown' },
          ])
          expect(answers.map((answer) => 'error' in answer)).to.deep.equal([true, false, true])
          const again = await jobs.enqueue(request(6, { idempotencyKey: 'five' })).catch((e: unknown) => e)
          expect(again).to.have.property('code', 'idempotency-key-reused')
          if (settings !== null)
            expect((await trx.raw('show lock_timeout')).rows).to.deep.equal(settings.rows)
          await trx('orders').insert({ n: 5 })
        }),
      )
      expect(added).to.deep.equal([1, 1])
    })

    it('counts as inner transactions do: only with the outermost', async () => {
      const added = await more(async () => {
        const trx = await db.transaction()
        await trx.transaction((inner) => server.within(inner).enqueue(request(7)))
        await trx
          .transaction(async (inner) => {
            await server.within(inner).enqueue(request(8))
            throw new Error('not this one')
          })
          .catch(() => undefined)
        await trx.commit()
      })
      expect(added).to.deep.equal([0, 1])
    })

    it('refuses what is no open transaction of this database, and says so', async () => {
      const over = await db.transaction()
      await over.commit()
      const other = knex(
        kind === 'postgres'
          ? { client: 'better-sqlite3', connection: { filename: ':memory:' }, useNullAsDefault: true }
          : { client: 'pg' },
      )
      const refusal = (given: unknown): string => {
        try {
          server.within(given)
          return 'taken'
        } catch (error) {
          return String(error)
        }
      }
      expect(refusal(over)).to.equal('TypeError: the transaction has been committed or rolled back already')
      expect(refusal(db)).to.match(/^TypeError: jobs can be added inside a transaction of Knex/)
      expect(refusal(null)).to.match(/^TypeError: jobs can be added inside a transaction of Knex/)
      expect(refusal({ isTransaction: true, client: other.client })).to.match(
        /^TypeError: the transaction is of .*, and this job server's database of/,
      )
      await other.destroy()
    })
  })
}

describe('enqueue within a transaction', () => {
  it('is refused where the database knows none', async () => {
    const server = await createJobServer({ definitions: [note] })
    expect(() => server.within({})).to.throw(TypeError, 'these stores take no transactions of others')
    await server.stop()
  })
})
