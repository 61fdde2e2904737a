import { expect } from 'chai'
import type { DeadLetterReason } from '../../src/domain/dead-letter.js'
import type { ActiveJob } from '../../src/domain/job.js'
import { decideOutcome, willRetry, type Circumstances, type Outcome } from '../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'
import type { RunResult } from '../../src/domain/run-result.js'
import { aRunningJob, NOON } from '../support/factories.js'
import { uuid } from '../support/ids.js'

const at: Circumstances = { now: NOON, random: 0.5, policy: DEFAULT_RETRY_POLICY, newId: () => uuid(77) }
const error: RunResult = { kind: 'error', message: 'boom' }
const timeout: RunResult = { kind: 'timeout', timeoutMs: 1_500 }
const crashed: RunResult = { kind: 'crashed', message: 'SIGSEGV' }
const oom: RunResult = { kind: 'oom', message: 'heap limit' }

interface Row {
  readonly rule: string
  readonly job: Partial<ActiveJob>
  readonly result: RunResult
  /** Compared as far as they go; `delayMs` stands for `runAt`. */
  readonly becomes: {
    readonly kind: Outcome['kind']
    readonly reason?: DeadLetterReason
    readonly delayMs?: number
  } & Partial<Pick<Outcome, 'attempts' | 'crashes' | 'interruptions' | 'errorSummary'>>
  readonly events: readonly string[]
}

const table: readonly Row[] = [
  {
    rule: 'a success ends the job, forgets its last error and its crashes',
    job: { crashes: 2, errorSummary: 'old', attempts: 3, interruptions: 4 },
    result: { kind: 'succeeded', result: { n: 1 } },
    becomes: { kind: 'succeeded', crashes: 0, errorSummary: null, attempts: 3, interruptions: 4 },
    events: ['succeeded'],
  },
  {
    rule: 'a success counts in spite of a cancel request',
    job: { status: 'cancelling' },
    result: { kind: 'succeeded', result: null },
    becomes: { kind: 'succeeded' },
    events: ['succeeded'],
  },
  {
    rule: 'an error with attempts left is tried again after backoff',
    job: { attempts: 2, crashes: 1 },
    result: error,
    becomes: { kind: 'requeued', delayMs: 2_000, attempts: 2, crashes: 0, errorSummary: 'boom' },
    events: ['retry_scheduled'],
  },
  {
    rule: 'an error in the last attempt is a dead letter',
    job: { attempts: 3, crashes: 2 },
    result: error,
    becomes: { kind: 'dead', reason: 'attempts_exhausted', attempts: 3, crashes: 0, errorSummary: 'boom' },
    events: ['moved_to_dlq', 'failed'],
  },
  {
    rule: 'one attempt is never tried again',
    job: { maxAttempts: 1 },
    result: error,
    becomes: { kind: 'dead', reason: 'attempts_exhausted' },
    events: ['moved_to_dlq', 'failed'],
  },
  {
    rule: 'a permanent error is a dead letter at once',
    job: { attempts: 1 },
    result: { ...error, permanent: true },
    becomes: { kind: 'dead', reason: 'permanent' },
    events: ['moved_to_dlq', 'failed'],
  },
  {
    rule: 'of permanent and exhausted, permanent is told',
    job: { attempts: 3 },
    result: { ...error, permanent: true },
    becomes: { kind: 'dead', reason: 'permanent' },
    events: ['moved_to_dlq', 'failed'],
  },
  {
    rule: 'a retry-after replaces the backoff',
    job: { attempts: 2 },
    result: { ...error, retryAfterMs: 90_000 },
    becomes: { kind: 'requeued', delayMs: 90_000, attempts: 2 },
    events: ['retry_scheduled'],
  },
  {
    rule: 'a retry-after of zero is at once',
    job: {},
    result: { ...error, retryAfterMs: 0 },
    becomes: { kind: 'requeued', delayMs: 0 },
    events: ['retry_scheduled'],
  },
  {
    rule: 'a retry-after does not add an attempt',
    job: { attempts: 3 },
    result: { ...error, retryAfterMs: 0 },
    becomes: { kind: 'dead', reason: 'attempts_exhausted' },
    events: ['moved_to_dlq', 'failed'],
  },
  {
    rule: 'a timeout uses its attempt',
    job: { attempts: 1, crashes: 2 },
    result: timeout,
    becomes: {
      kind: 'requeued',
      delayMs: 1_000,
      attempts: 1,
      crashes: 0,
      errorSummary: 'timed out after 1.5 s',
    },
    events: ['retry_scheduled'],
  },
  {
    rule: 'a timeout in the last attempt is a dead letter',
    job: { attempts: 3 },
    result: timeout,
    becomes: { kind: 'dead', reason: 'attempts_exhausted', errorSummary: 'timed out after 1.5 s' },
    events: ['moved_to_dlq', 'failed'],
  },
  {
    rule: 'the first crash in a row is tried again at once',
    job: { attempts: 2 },
    result: crashed,
    becomes: { kind: 'requeued', delayMs: 0, attempts: 2, crashes: 1, errorSummary: 'SIGSEGV' },
    events: ['retry_scheduled'],
  },
  {
    rule: 'the second crash in a row waits',
    job: { attempts: 2, crashes: 1 },
    result: oom,
    becomes: { kind: 'requeued', delayMs: 1_000, crashes: 2 },
    events: ['retry_scheduled'],
  },
  {
    rule: 'the third crash in a row is a crash loop',
    job: { attempts: 3, maxAttempts: 9, crashes: 2 },
    result: oom,
    becomes: { kind: 'dead', reason: 'crash_loop', crashes: 3 },
    events: ['moved_to_dlq', 'failed'],
  },
  {
    rule: 'a crash loop wins over exhausted attempts',
    job: { attempts: 3, crashes: 2 },
    result: crashed,
    becomes: { kind: 'dead', reason: 'crash_loop' },
    events: ['moved_to_dlq', 'failed'],
  },
  {
    rule: 'a crash in the last attempt is a dead letter',
    job: { attempts: 3 },
    result: crashed,
    becomes: { kind: 'dead', reason: 'attempts_exhausted', crashes: 1 },
    events: ['moved_to_dlq', 'failed'],
  },
  {
    rule: 'an interruption gives the attempt back and is due at once',
    job: { attempts: 2, crashes: 1, interruptions: 4, errorSummary: 'old' },
    result: { kind: 'interrupted' },
    becomes: { kind: 'requeued', delayMs: 0, attempts: 1, crashes: 1, interruptions: 5, errorSummary: 'old' },
    events: ['interrupted'],
  },
  {
    rule: 'an interruption of the only attempt is no failure',
    job: { maxAttempts: 1 },
    result: { kind: 'interrupted' },
    becomes: { kind: 'requeued', attempts: 0 },
    events: ['interrupted'],
  },
  {
    rule: 'a snooze gives the attempt back, is no interruption and ends a row of crashes',
    job: { attempts: 2, crashes: 2, interruptions: 1 },
    result: { kind: 'snoozed', delayMs: 5_000 },
    becomes: { kind: 'requeued', delayMs: 5_000, attempts: 1, crashes: 0, interruptions: 1 },
    events: ['snoozed'],
  },
  ...[error, { ...error, permanent: true }, timeout, crashed, oom].map((result): Row => ({
    rule: `with a cancel asked, ${result.kind} is a cancellation, no failure`,
    job: { status: 'cancelling', attempts: 3, crashes: 2 },
    result,
    becomes: { kind: 'cancelled', attempts: 3 },
    events: ['cancelled'],
  })),
  ...(['interrupted', 'cancelled'] as const).map((kind): Row => ({
    rule: `with a cancel asked, ${kind} is a cancellation`,
    job: { status: 'cancelling' },
    result: { kind },
    becomes: { kind: 'cancelled' },
    events: ['cancelled'],
  })),
  {
    rule: 'with a cancel asked, a snooze is a cancellation',
    job: { status: 'cancelling' },
    result: { kind: 'snoozed', delayMs: 9 },
    becomes: { kind: 'cancelled' },
    events: ['cancelled'],
  },
]

describe('decideOutcome', () => {
  for (const { rule, job, result, becomes, events } of table) {
    it(rule, () => {
      const outcome = decideOutcome(aRunningJob(job), result, at)
      const { delayMs, ...facts } = becomes
      expect(outcome).to.include(facts)
      if (delayMs !== undefined)
        expect(outcome).to.deep.include({ runAt: new Date(NOON.getTime() + delayMs) })
      expect(outcome.events.map(({ type }) => type)).to.deep.equal(events)
    })
  }

  it('tells in its events what happens next', () => {
    const runAt = new Date(NOON.getTime() + 1_000).toISOString()
    const retry = decideOutcome(aRunningJob(), error, at)
    expect(retry.events[0]?.payload).to.deep.equal({ attempt: 1, error: 'boom', runAt })
    const dead = decideOutcome(aRunningJob({ attempts: 3 }), error, at)
    expect(dead.events.map(({ payload }) => payload)).to.deep.equal([
      { dlqJobId: uuid(77), reason: 'attempts_exhausted' },
      { attempt: 3, error: 'boom', reason: 'attempts_exhausted' },
    ])
    expect(dead).to.include({ deadLetterId: uuid(77) })
    const snoozed = decideOutcome(aRunningJob(), { kind: 'snoozed', delayMs: 1_000 }, at)
    expect(snoozed.events[0]?.payload).to.deep.equal({ runAt })
  })

  it('keeps errors short and storable, wherever the cut falls', () => {
    const messages = ['x'.repeat(1_000), 'x'.repeat(5_000), `${'x'.repeat(998)}🐎🐎`, 'a\u0000b\ud800c']
    for (const message of messages) {
      const { errorSummary } = decideOutcome(aRunningJob(), { kind: 'error', message }, at)
      expect(errorSummary?.length).to.be.at.most(1_000)
      expect(errorSummary?.isWellFormed()).to.equal(true)
      expect(errorSummary).not.to.include('\u0000')
    }
  })

  it('foretells for hooks what it will decide', () => {
    for (const { rule, job, result } of table) {
      const active = aRunningJob(job)
      if (active.status === 'cancelling') continue
      const { kind } = decideOutcome(active, result, at)
      expect(willRetry(active, result), rule).to.equal(kind === 'requeued')
    }
  })
})
