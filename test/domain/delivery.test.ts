import { expect } from 'chai'
import { shownCallback, type CallbackEvent } from '../../src/domain/callback.js'
import { deliveriesOf, httpStatusOf, refusedWith } from '../../src/domain/delivery.js'
import { decideOrphan, decideOutcome, type Circumstances } from '../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'
import { aRunningJob, NOON } from '../support/factories.js'
import { sequentialIds, uuid } from '../support/ids.js'

const told = (...events: CallbackEvent[]) => ({ url: 'https://receiver.example/', events })

describe('deliveries', () => {
  let at: Circumstances
  beforeEach(() => (at = { now: NOON, random: 0.5, policy: DEFAULT_RETRY_POLICY, newId: sequentialIds() }))

  it('are none for a job without a callback, and take no id', () => {
    expect(decideOutcome(aRunningJob(), { kind: 'succeeded', result: null }, at).deliveries).to.deep.equal([])
    expect(at.newId()).to.equal(uuid(1))
  })

  it('are decided with the outcome: of a success, a failure, a cancellation, another attempt', () => {
    const all = told('succeeded', 'failed', 'cancelled', 'retry_scheduled')
    const job = aRunningJob({ callback: all })
    const outcomes = [
      decideOutcome(job, { kind: 'succeeded', result: null }, at),
      decideOutcome(job, { kind: 'error', message: 'no', permanent: true }, at),
      decideOutcome({ ...job, status: 'cancelling' }, { kind: 'error', message: 'no' }, at),
      decideOutcome(job, { kind: 'error', message: 'no' }, at),
      decideOutcome(job, { kind: 'interrupted' }, at),
      decideOrphan({ ...job, attempts: 3 }, false, at),
      decideOrphan(job, true, at),
    ]
    expect(outcomes.map(({ deliveries }) => deliveries.map(({ params }) => params['event']))).to.deep.equal([
      ['succeeded'],
      ['failed'],
      ['cancelled'],
      ['retry_scheduled'],
      [],
      ['failed'],
      [],
    ])
  })

  it('tell only what was asked for', () => {
    const job = aRunningJob({ callback: told('failed') })
    expect(decideOutcome(job, { kind: 'succeeded', result: null }, at).deliveries).to.deep.equal([])
  })

  it('are told of by nobody', () => {
    const [delivery] = deliveriesOf(
      aRunningJob({ callback: told('failed') }),
      [{ type: 'failed', payload: {} }],
      at,
    )
    expect(delivery?.callback).to.equal(null)
    expect(delivery?.params['messageId']).to.equal(delivery?.id)
  })

  it('say what the receiver answered last', () => {
    const { lease: _lease, ...facts } = aRunningJob()
    const done = { ...facts, status: 'succeeded', finishedAt: NOON, result: { httpStatus: 204 } } as const
    expect(httpStatusOf(done)).to.equal(204)
    expect(
      httpStatusOf({ ...done, status: 'failed', result: null, errorSummary: refusedWith(410) }),
    ).to.equal(410)
    expect(httpStatusOf(aRunningJob({ errorSummary: refusedWith(503) }))).to.equal(503)
    expect(httpStatusOf(aRunningJob({ errorSummary: 'timed out after 60 s' }))).to.equal(null)
    expect(httpStatusOf(aRunningJob())).to.equal(null)
  })
})

describe('a callback that is shown', () => {
  it('keeps the values of its query to itself', () => {
    const shown = (url: string): string => shownCallback({ url, events: ['failed'] }).url
    expect(shown('https://a.example/b/c')).to.equal('https://a.example/b/c')
    expect(shown('https://a.example/b?token=s3cret&flag&x=a=b?c#part')).to.equal(
      'https://a.example/b?token=***&flag&x=***',
    )
    expect(shown('https://a.example/#s3cret')).to.equal('https://a.example/')
  })
})
