import { expect } from 'chai'
import { claimJobs } from '../../../src/adapters/postgres/claim-jobs.js'
import { ClaimContention } from '../../../src/adapters/postgres/claim-contention.js'
import { QueueHeads } from '../../../src/adapters/postgres/queue-heads.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { NOON } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'

describe('claimJobs', () => {
  it('answers what is claimed for certain, and says that a limited part had no answer', async () => {
    const job = { id: uuid(1), said: null }
    const said = {
      alive: true,
      turn: true,
      walked: 0,
      wanted: [{ key: 'limited', version: 1, jobs: 1 }],
      unlimited: 1,
      many: false,
    }
    const db = {
      query: () => Promise.resolve([job, { id: null, said }]),
      transaction: () => Promise.reject(new StorageUnavailableError(new Error('connection reset'))),
    }
    const request = {
      incarnation: uuid(9),
      limit: 5,
      now: NOON,
      definitions: [
        { key: 'free', version: 1 },
        { key: 'limited', version: 1 },
      ],
    }
    const known = { heads: new QueueHeads(), contention: new ClaimContention(), many: false }
    const answer = await claimJobs(db, request, known, 0)
    expect(answer).to.deep.equal({ rows: [job], contended: true, nextDueAt: null, unsure: true })
  })
})
