import { expect } from 'chai'
import { PostgresJobStore } from '../../../src/adapters/postgres/postgres-job-store.js'
import type { Statement } from '../../../src/adapters/postgres/postgres-db.js'
import type { Row } from '../../../src/adapters/sql/dialect.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { aRunningJob, NOON, outcomeOf } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'

function storeOver(query: (statement: Statement, values: readonly unknown[]) => readonly Row[]) {
  const db = {
    query: async (statement: Statement, values: readonly unknown[]) =>
      Promise.resolve(query(statement, values)),
    transaction: () => Promise.reject(new Error('no transaction is asked for')),
  }
  return new PostgresJobStore(db, () => 0)
}

describe('PostgresJobStore', () => {
  it('settles a batch in halves that the database does not finish in time', async () => {
    const sizes: number[] = []
    const store = storeOver((_statement, values) => {
      const ids = values[1] as string[]
      sizes.push(ids.length)
      if (ids.length > 2)
        throw new StorageUnavailableError(Object.assign(new Error('canceled'), { code: '57014' }))
      return ids.map((_, index) => ({ place: index + 1, answer: 'applied' }))
    })
    const jobs = Array.from({ length: 5 }, (_, n) => aRunningJob({ id: uuid(n + 1) }))
    const settlements = jobs.map((job) => ({ lease: job.lease, outcome: outcomeOf.succeeded(job) }))
    expect(await store.settle(settlements, NOON)).to.deep.equal(Array(5).fill('applied'))
    expect(sizes).to.deep.equal([5, 3, 2, 1, 2])
  })

  it('never says that it cancels a job that it could not get hold of', async () => {
    const queued = {
      status: 'queued',
      id: uuid(1),
      params: {},
      run_at: NOON,
      queued_at: NOON,
      started_at: null,
      progress: null,
    }
    const store = storeOver(({ name }) => (name === 'cancel_jobs_1' ? [] : [queued]))
    const refused: unknown = await store
      .requestCancel([uuid(1)], NOON, () => uuid(2))
      .catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(StorageUnavailableError)
  })
})
