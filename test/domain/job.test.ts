import { expect } from 'chai'
import fc from 'fast-check'
import { StorageUnavailableError, JobServerError } from '../../src/domain/errors.js'
import { claimOrder, newJob, type QueuedJob } from '../../src/domain/job.js'
import { isHandlerEventType, LIFECYCLE_EVENTS } from '../../src/domain/job-event.js'
import { trustMs } from '../../src/domain/lease.js'
import { aNewJob, aRequest, NOON } from '../support/factories.js'
import { uuid } from '../support/ids.js'

describe('newJob', () => {
  it('is queued, due when asked, and has done nothing yet', () => {
    const runAt = new Date(NOON.getTime() + 5)
    const idempotency = { key: 'k', version: 0, bodyHash: 'h' }
    expect(newJob(aRequest({ runAt, idempotency, priority: 4 }), uuid(9), NOON)).to.deep.include({
      id: uuid(9),
      status: 'queued',
      priority: 4,
      runAt,
      queuedAt: NOON,
      attempts: 0,
      run: 0,
      idempotencyKey: 'k',
      startedAt: null,
      progress: null,
    })
  })

  it('takes no due time, and one in the past, for now: the order of arrival holds', () => {
    for (const runAt of [null, new Date(0), NOON])
      expect(newJob(aRequest({ runAt }), uuid(1), NOON).runAt).to.deep.equal(NOON)
  })
})

describe('claimOrder', () => {
  it('is a total order: priority, then due time, then id', () => {
    const job = fc
      .tuple(fc.integer({ min: -1, max: 1 }), fc.nat(2), fc.nat(5))
      .map(([priority, ms, n]): QueuedJob => ({ ...aNewJob({ priority }, uuid(n)), runAt: new Date(ms) }))
    fc.assert(
      fc.property(fc.array(job, { minLength: 2 }), (jobs) => {
        const sorted = [...jobs].sort(claimOrder)
        for (const [index, later] of sorted.slice(1).entries())
          expect(compare(facts(sorted[index] as QueuedJob), facts(later))).to.be.at.most(0)
      }),
    )
  })
})

describe('trustMs', () => {
  it('ends before the lease does, by a quarter or a second', () => {
    expect([400, 3_000, 4_000, 30_000].map(trustMs)).to.deep.equal([300, 2_250, 3_000, 29_000])
  })
})

describe('isHandlerEventType', () => {
  it('takes any plain name but those of the server', () => {
    for (const type of ['result', 'a', 'api_response', 'x.y:z-1', 'progress', 'a'.repeat(100)])
      expect(isHandlerEventType(type), type).to.equal(true)
    for (const type of [...LIFECYCLE_EVENTS, '', '-a', 'a b', 'é', 'a\n', 'a'.repeat(101)])
      expect(isHandlerEventType(type), type).to.equal(false)
  })
})

describe('errors', () => {
  it('carry a code, their details and their cause', () => {
    const cause = new Error('ECONNREFUSED')
    const away = new StorageUnavailableError(cause)
    expect(away).to.be.instanceOf(JobServerError)
    expect(away).to.include({ name: 'StorageUnavailableError', code: 'storage-unavailable', cause })
    expect(away.details.retryAfterSeconds).to.equal(1)
    const plain = new JobServerError('job-not-found', 'no such job')
    expect(plain).to.include({ name: 'JobServerError', code: 'job-not-found' })
    expect('cause' in plain).to.equal(false)
  })
})

type Facts = readonly [number, number, string]

function facts(job: QueuedJob): Facts {
  return [-job.priority, job.runAt.getTime(), job.id]
}

function compare(a: Facts, b: Facts): number {
  return a[0] - b[0] || a[1] - b[1] || a[2].localeCompare(b[2])
}
