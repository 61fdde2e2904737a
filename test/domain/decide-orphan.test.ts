import { expect } from 'chai'
import { decideOrphan, type Circumstances } from '../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'
import { aRunningJob, NOON } from '../support/factories.js'
import { uuid } from '../support/ids.js'

const at: Circumstances = { now: NOON, random: 0.5, policy: DEFAULT_RETRY_POLICY, newId: () => uuid(77) }
const message = 'worker worker-1 stopped renewing its lease'

describe('decideOrphan', () => {
  it('takes the loss of a lease for a crash: at once the first time, with backoff the second', () => {
    const first = decideOrphan(aRunningJob({ attempts: 1 }), false, at)
    expect(first).to.deep.include({
      kind: 'requeued',
      runAt: NOON,
      attempts: 1,
      crashes: 1,
      errorSummary: message,
    })
    expect(first.events).to.deep.equal([
      { type: 'lease_lost', payload: { workerId: 'worker-1', runAt: NOON.toISOString() } },
    ])
    const second = decideOrphan(aRunningJob({ attempts: 2, crashes: 1 }), false, at)
    expect(second).to.deep.include({ kind: 'requeued', runAt: new Date(NOON.getTime() + 1_000), crashes: 2 })
  })

  it('gives up after the third crash in a row, or with the last attempt', () => {
    const loop = decideOrphan(aRunningJob({ attempts: 3, maxAttempts: 3, crashes: 2 }), false, at)
    expect(loop).to.include({ kind: 'dead', reason: 'crash_loop', deadLetterId: uuid(77) })
    const last = decideOrphan(aRunningJob({ maxAttempts: 1 }), false, at)
    expect(last).to.include({ kind: 'dead', reason: 'attempts_exhausted' })
    expect(last.events.map(({ type }) => type)).to.deep.equal(['lease_lost', 'moved_to_dlq', 'failed'])
    expect(last.events[0]?.payload).to.deep.equal({ workerId: 'worker-1', runAt: null })
  })

  it('gives the attempt back when the database itself was away', () => {
    const outcome = decideOrphan(aRunningJob({ attempts: 3, crashes: 2, interruptions: 1 }), true, at)
    expect(outcome).to.deep.include({
      kind: 'requeued',
      runAt: NOON,
      attempts: 2,
      crashes: 2,
      interruptions: 2,
    })
    expect(outcome.events.map(({ type }) => type)).to.deep.equal(['interrupted'])
  })

  it('cancels what was to be cancelled, interrupted or not', () => {
    for (const interrupted of [true, false]) {
      const job = aRunningJob({ status: 'cancelling', attempts: 3, crashes: 2 })
      const outcome = decideOrphan(job, interrupted, at)
      expect(outcome).to.include({ kind: 'cancelled' })
      expect(outcome.events.at(-1)?.type).to.equal('cancelled')
    }
  })
})
