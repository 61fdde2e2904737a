import { expect } from 'chai'
import { attemptEnd, MAX_ATTEMPT_ERROR, runningAttempt, type AttemptEnd } from '../../src/domain/attempt.js'
import type { ActiveJob } from '../../src/domain/job.js'
import { decideOrphan, decideOutcome, type Circumstances } from '../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'
import type { RunResult } from '../../src/domain/run-result.js'
import { aRunningJob, NOON } from '../support/factories.js'
import { uuid } from '../support/ids.js'

const at: Circumstances = { now: NOON, random: 0.5, policy: DEFAULT_RETRY_POLICY, newId: () => uuid(77) }
const usage = { cpuMs: 7, maxRssBytes: 8 }
const cancelling = { status: 'cancelling' } as const
const loss = 'worker worker-1 stopped renewing its lease'

const RULES: readonly [rule: string, job: Partial<ActiveJob>, result: RunResult, end: Partial<AttemptEnd>][] =
  [
    [
      'a success, with what it cost',
      {},
      { kind: 'succeeded', result: 1, usage },
      { outcome: 'succeeded', error: null, usage },
    ],
    [
      'a success in spite of a cancel',
      cancelling,
      { kind: 'succeeded', result: 1 },
      { outcome: 'succeeded', usage: null },
    ],
    [
      'an error, with its stack',
      { attempts: 2 },
      { kind: 'error', message: 'no', stack: 'Error: no\n  at x' },
      { attempt: 2, outcome: 'error', error: 'Error: no\n  at x' },
    ],
    [
      'an error whose stack does not tell it',
      {},
      { kind: 'error', message: 'no', stack: 'Error\n  at x' },
      { error: 'no\nError\n  at x' },
    ],
    [
      'an error that cannot be kept as it is',
      {},
      { kind: 'error', message: 'a\u0000b' },
      { error: 'a\ufffdb' },
    ],
    [
      'a timeout',
      {},
      { kind: 'timeout', timeoutMs: 1_500 },
      { outcome: 'timeout', error: 'timed out after 1.5 s' },
    ],
    [
      'a crash, with the signal',
      {},
      { kind: 'crashed', message: 'gone', signal: 'SIGSEGV', usage },
      { outcome: 'crashed', error: 'gone', exitCode: null, signal: 'SIGSEGV', usage },
    ],
    [
      'a crash, with the exit code',
      {},
      { kind: 'crashed', message: 'gone', exitCode: 0 },
      { outcome: 'crashed', exitCode: 0, signal: null },
    ],
    ['too much memory', {}, { kind: 'oom', message: 'too much' }, { outcome: 'oom', error: 'too much' }],
    [
      'a snooze, before its attempt is given back',
      {},
      { kind: 'snoozed', delayMs: 1 },
      { attempt: 1, outcome: 'snoozed' },
    ],
    [
      'an interruption',
      { attempts: 3 },
      { kind: 'interrupted' },
      { attempt: 3, outcome: 'interrupted', error: null },
    ],
    [
      'a cancellation',
      {},
      { kind: 'cancelled', signal: 'SIGKILL' },
      { outcome: 'cancelled', signal: 'SIGKILL' },
    ],
    [
      'an error after a cancel was asked for as a cancellation that tells it',
      cancelling,
      { kind: 'error', message: 'no' },
      { outcome: 'cancelled', error: 'no' },
    ],
  ]

describe('the record of an attempt', () => {
  for (const [rule, job, result, end] of RULES) {
    it(`keeps ${rule}`, () => {
      expect(decideOutcome(aRunningJob(job), result, at).attempt).to.deep.include(end)
    })
  }

  it('of an orphan says that the lease was lost, or that the database was away', () => {
    const of = (job: Partial<ActiveJob>, interrupted: boolean): AttemptEnd =>
      decideOrphan(aRunningJob(job), interrupted, at).attempt
    expect(of({}, false)).to.include({ outcome: 'lease_lost', error: loss, usage: null })
    expect(of({}, true)).to.include({ outcome: 'interrupted', error: null })
    expect(of(cancelling, false)).to.include({ outcome: 'cancelled', error: loss })
    expect(of(cancelling, true)).to.include({ outcome: 'cancelled', error: null })
  })

  it('holds at most 8,000 characters of an error, never half of one', () => {
    const text = (length: number): string | null =>
      attemptEnd(aRunningJob(), 'error', 'é'.repeat(length)).error
    expect(text(MAX_ATTEMPT_ERROR)).to.equal('é'.repeat(MAX_ATTEMPT_ERROR))
    expect(text(MAX_ATTEMPT_ERROR + 1))
      .to.have.length(MAX_ATTEMPT_ERROR)
      .and.match(/é…$/)
    const horses = attemptEnd(aRunningJob(), 'error', `x${'🐎'.repeat(MAX_ATTEMPT_ERROR)}`).error ?? ''
    expect(horses.isWellFormed()).to.equal(true)
  })

  it('of a run that is under way has no end', () => {
    const job = aRunningJob({ run: 4, attempts: 2 })
    expect(runningAttempt(job)).to.include({
      run: 4,
      attempt: 2,
      startedAt: NOON,
      endedAt: null,
      outcome: null,
    })
  })
})
