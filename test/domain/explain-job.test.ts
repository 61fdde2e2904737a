import { expect } from 'chai'
import {
  explainQueued,
  MAX_POSITION,
  rivalsOf,
  type Cluster,
  type WorkerFacts,
} from '../../src/domain/explain-job.js'
import type { QueuedJob } from '../../src/domain/job.js'
import { aDefinition, aNewJob, NOON } from '../support/factories.js'

const WORK = { key: 'work', version: 1 }
const OTHER = { key: 'other', version: 1 }
const soon = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1_000)

function queued(facts: Partial<QueuedJob> = {}): QueuedJob {
  const { idempotency: _idempotency, ...job } = aNewJob()
  return { ...job, ...facts }
}

function worker(incarnation: string, facts: Partial<WorkerFacts> = {}): WorkerFacts {
  return {
    incarnation,
    definitions: [WORK],
    slots: 2,
    running: 0,
    draining: false,
    leaseExpiresAt: soon(60),
    ...facts,
  }
}

function cluster(facts: Partial<Cluster> = {}): Cluster {
  return { now: NOON, definitions: [aDefinition()], workers: [worker('a')], activity: [], ...facts }
}

const codes = (at: Cluster, job = queued()): string[] =>
  explainQueued(job, at, 0, [], []).reasons.map(({ code }) => code)

describe('why a queued job waits', () => {
  it('is nothing when a worker has a slot for it', () => {
    expect(explainQueued(queued(), cluster(), 0, [], [])).to.deep.equal({
      reasons: [],
      position: 1,
      positionIsCapped: false,
      expectedStartAt: NOON,
    })
  })

  it('is its due time while that is to come', () => {
    const { reasons, expectedStartAt } = explainQueued(queued({ runAt: soon(1.5) }), cluster(), 0, [], [])
    expect(reasons).to.deep.equal([
      { code: 'scheduled', message: 'it is due at 2026-01-01T12:00:01.500Z, in 2 s', runAt: soon(1.5) },
    ])
    expect(expectedStartAt).to.deep.equal(soon(1.5))
  })

  it('is the limit of its definition, with those that have the places', () => {
    const activity = [
      { ...WORK, incarnation: 'a', jobs: 1 },
      { ...WORK, incarnation: 'gone', jobs: 1 },
    ]
    const at = cluster({ definitions: [aDefinition({ concurrencyLimit: 2 })], activity })
    expect(explainQueued(queued(), at, 0, ['x', 'y'], []).reasons).to.deep.equal([
      {
        code: 'concurrency_limit',
        message: '2 of at most 2 jobs of work@1 are running',
        limit: 2,
        running: 2,
        holders: ['x', 'y'],
      },
    ])
    expect(codes(cluster({ ...at, definitions: [aDefinition({ concurrencyLimit: 3 })] }))).to.deep.equal([])
  })

  it('is that nobody runs it: no worker, others only, expired ones, or only such as are stopping', () => {
    expect(codes(cluster({ workers: [] }))).to.deep.equal(['no_worker'])
    expect(codes(cluster({ workers: [worker('a', { definitions: [OTHER] })] }))).to.deep.equal(['no_worker'])
    expect(codes(cluster({ workers: [worker('a', { leaseExpiresAt: NOON })] }))).to.deep.equal(['no_worker'])
    const draining = cluster({ workers: [worker('a', { draining: true }), worker('b', { definitions: [] })] })
    expect(explainQueued(queued(), draining, 0, [], []).reasons).to.deep.equal([
      {
        code: 'no_worker',
        message: 'every live worker that runs work@1 is stopping',
        workers: 2,
        draining: 1,
      },
    ])
  })

  it('is that all slots are taken, whatever by', () => {
    const workers = [worker('a'), worker('b', { slots: 1 }), worker('c', { definitions: [OTHER] })]
    const activity = [
      { ...WORK, incarnation: 'a', jobs: 1 },
      { ...OTHER, incarnation: 'a', jobs: 1 },
      { ...WORK, incarnation: 'b', jobs: 1 },
    ]
    expect(explainQueued(queued(), cluster({ workers, activity }), 0, [], []).reasons).to.deep.equal([
      {
        code: 'workers_busy',
        message: 'all 3 slots of the 2 workers that run work@1 are taken',
        workers: 2,
        slots: 3,
        running: 3,
      },
    ])
    expect(codes(cluster({ workers, activity: activity.slice(1) }))).to.deep.equal([])
  })

  it('is that all slots were taken at the last heartbeats, when handlers of ended jobs have them', () => {
    const workers = [worker('a', { running: 2 }), worker('b', { slots: 1, running: 1 })]
    const activity = [{ ...WORK, incarnation: 'b', jobs: 1 }]
    const { reasons, expectedStartAt } = explainQueued(
      queued(),
      cluster({ workers, activity }),
      0,
      [],
      [1_000],
    )
    expect(reasons).to.deep.equal([
      {
        code: 'workers_busy',
        message:
          'all 3 slots of the 2 workers that run work@1 were taken at their last heartbeats, ' +
          'though 1 jobs are running: handlers may go on after their end',
        workers: 2,
        slots: 3,
        running: 3,
      },
    ])
    expect(expectedStartAt).to.equal(null)
    expect(codes(cluster({ workers: [worker('a', { running: 1 })] }))).to.deep.equal([])
  })

  it('may be several things, what ends by itself first', () => {
    const at = cluster({ definitions: [aDefinition({ paused: true })], workers: [] })
    expect(codes(at, queued({ runAt: soon(5) }))).to.deep.equal(['scheduled', 'paused', 'no_worker'])
  })
})

describe('when a queued job may start', () => {
  const busy = cluster({ activity: [{ ...WORK, incarnation: 'a', jobs: 2 }] })
  const startAt = (at: Cluster, ahead: number, recentRunMs: number[], job = queued()): Date | null =>
    explainQueued(job, at, ahead, [], recentRunMs).expectedStartAt

  it('is when enough of those before it have ended, each in the median time', () => {
    expect(startAt(busy, 0, [1_000, 9_000, 2_000])).to.deep.equal(soon(1))
    expect(startAt(busy, 3, [1_000, 9_000, 2_000])).to.deep.equal(soon(4))
    expect(startAt(cluster(), 1, [2_000])).to.deep.equal(NOON)
    expect(startAt(cluster(), 2, [2_000])).to.deep.equal(soon(1))
  })

  it('is never before its due time', () => {
    expect(startAt(busy, 0, [2_000], queued({ runAt: soon(30) }))).to.deep.equal(soon(30))
  })

  it('counts no more places than its definition has', () => {
    const definitions = [aDefinition({ concurrencyLimit: 1 })]
    expect(startAt(cluster({ ...busy, definitions }), 0, [2_000])).to.deep.equal(soon(2))
  })

  it('is not told without a measure, a worker, or the count of those before it', () => {
    expect(startAt(busy, 0, [])).to.equal(null)
    expect(startAt(cluster({ workers: [] }), 0, [1_000])).to.equal(null)
    expect(startAt(cluster({ definitions: [aDefinition({ paused: true })] }), 0, [1_000])).to.equal(null)
    const { position, positionIsCapped, expectedStartAt } = explainQueued(
      queued(),
      busy,
      MAX_POSITION + 5,
      [],
      [1_000],
    )
    expect([position, positionIsCapped, expectedStartAt]).to.deep.equal([MAX_POSITION + 1, true, null])
  })
})

describe('the rivals of a queued job', () => {
  it('are its own definition and what its workers could take now, as far as there is room', () => {
    const named = (key: string) => ({ key, version: 1 })
    const definitions = [
      aDefinition(),
      aDefinition({ key: 'free' }),
      aDefinition({ key: 'paused', paused: true }),
      aDefinition({ key: 'full', concurrencyLimit: 1 }),
      aDefinition({ key: 'limited', concurrencyLimit: 5 }),
      aDefinition({ key: 'elsewhere' }),
    ]
    const keys = ['work', 'free', 'paused', 'full', 'limited', 'unpublished']
    const workers = [
      worker('a', { definitions: keys.map(named) }),
      worker('b', { definitions: [named('elsewhere')] }),
    ]
    const activity = [
      { ...named('full'), incarnation: 'a', jobs: 1 },
      { ...named('limited'), incarnation: 'a', jobs: 2 },
    ]
    expect(rivalsOf(queued(), cluster({ definitions, workers, activity }))).to.deep.equal([
      { definition: WORK, room: Infinity },
      { definition: named('free'), room: Infinity },
      { definition: named('limited'), room: 3 },
    ])
  })
})
