import { expect } from 'chai'
import { PostgresJobStore } from '../../../src/adapters/postgres/postgres-job-store.js'
import type { Db, Run, Statement } from '../../../src/adapters/postgres/postgres-db.js'
import type { Row } from '../../../src/adapters/sql/dialect.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { aRunningJob, NOON, outcomeOf } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'

const QUEUED = {
  status: 'queued',
  id: uuid(1),
  params: {},
  run_at: NOON,
  queued_at: NOON,
  started_at: null,
  progress: null,
  callback: null,
}

function storeOver(
  answer: (statement: Statement, values: readonly unknown[]) => readonly Row[],
  transaction: Db['transaction'] = () => Promise.reject(new Error('no transaction is asked for')),
) {
  const query: Run = async (statement, values) => Promise.resolve(answer(statement, values))
  return new PostgresJobStore({ query, transaction }, () => 0)
}

describe('PostgresJobStore', () => {
  it('settles a batch in halves that the database does not finish in time', async () => {
    const sizes: number[] = []
    const store = storeOver((_statement, values) => {
      const ids = String(values[1]).split(',')
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

  it('cancels with one statement, and no transaction, what has no callback', async () => {
    const cancelled = { id: uuid(1), arm: 'cancelled', callback: null }
    const finished = { ...QUEUED, status: 'cancelled', finished_at: NOON, result: null }
    const asked: string[] = []
    const store = storeOver(({ name = '' }) => {
      asked.push(name)
      return name.startsWith('cancel_jobs') ? [cancelled] : [finished]
    })
    const [answer] = await store.requestCancel([uuid(1)], NOON, () => uuid(2))
    expect(answer?.outcome).to.equal('cancelled')
    expect(asked).to.have.length(2)
  })

  it('never says that it cancels a job that it could not get hold of', async () => {
    const store = storeOver(
      ({ name = '' }) => (name.startsWith('cancel_jobs') ? [] : [QUEUED]),
      (work) => work(() => Promise.resolve([])),
    )
    const refused: unknown = await store
      .requestCancel([uuid(1)], NOON, () => uuid(2))
      .catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(StorageUnavailableError)
  })
})
