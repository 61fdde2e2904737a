import { expect } from 'chai'
import type { Accepted, EnqueueRequest } from '../../src/application/enqueue-jobs.js'
import { untraced } from '../../src/application/ports/tracing.js'
import { EnqueueLanes } from '../../src/application/enqueue-lanes.js'
import { JobServerError } from '../../src/domain/errors.js'
import type { JsonObject } from '../../src/domain/json.js'
import { aNewJob } from '../support/factories.js'

/** A database whose commits the test lets through, one statement at a time. */
class HeldCommits {
  readonly statements: EnqueueRequest[][] = []
  private readonly held: { release: () => void; fail: (error: Error) => void }[] = []

  async execute(requests: readonly EnqueueRequest[]): Promise<readonly Accepted[]> {
    this.statements.push([...requests])
    await new Promise<void>((release, fail) => this.held.push({ release, fail }))
    return requests.map(({ priority = 0 }) => ({ job: aNewJob({ priority }), duplicate: false }))
  }

  /** Lets the oldest statement through that is still held, or the one at this place among them. */
  commit(place = 0): void {
    this.held.splice(place, 1)[0]?.release()
  }

  fail(error: Error): void {
    this.held.shift()?.fail(error)
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const request = (priority: number, facts: Partial<EnqueueRequest> = {}): EnqueueRequest => ({
  definitionKey: 'work',
  priority,
  ...facts,
})
const keyed = (key: string) => ({ idempotency: { key, body: {} } })
const limits = { maxBatchJobs: 1_000, maxBatchBytes: 8 << 20, maxWaitingBytes: 64 << 20 }
const padded = (bytes: number) => ({ params: { text: 'x'.repeat(bytes) } })

describe('enqueue lanes', () => {
  let database: HeldCommits
  let lanes: EnqueueLanes

  beforeEach(() => {
    database = new HeldCommits()
    lanes = new EnqueueLanes(database, new HeldCommits())
  })

  it('writes what arrives during a commit with one statement, and answers each caller with its own job', async () => {
    const first = lanes.enqueue(request(1))
    await turn()
    const rest = [2, 3, 4].map((priority) => lanes.enqueue(request(priority)))
    await turn()
    expect(database.statements.map((statement) => statement.length)).to.deep.equal([1])
    database.commit()
    await turn()
    expect(database.statements.map((statement) => statement.length)).to.deep.equal([1, 3])
    database.commit()
    const answers = await Promise.all([first, ...rest])
    expect(answers.map((answer) => 'job' in answer && answer.job.priority)).to.deep.equal([1, 2, 3, 4])
  })

  it('never lets a waiting idempotency key delay jobs without one', async () => {
    const waiting = lanes.enqueue(request(1, keyed('slow')))
    await turn()
    const free = lanes.enqueue(request(2))
    await turn()
    expect(database.statements).to.have.length(2)
    database.commit(1)
    expect(await free).to.have.property('job')
    database.commit()
    expect(await waiting).to.have.property('job')
  })

  it('puts at most 1,000 jobs into a statement', async () => {
    const all = Array.from({ length: 2_300 }, (_, index) => lanes.enqueue(request(index)))
    for (let round = 0; round < 3; round += 1) {
      await turn()
      database.commit()
    }
    await Promise.all(all)
    expect(database.statements.map((statement) => statement.length)).to.deep.equal([1_000, 1_000, 300])
  })

  it('bounds a statement by the bytes of its params, and lets a larger job go alone', async () => {
    lanes = new EnqueueLanes(database, new HeldCommits(), untraced, { ...limits, maxBatchBytes: 10_000 })
    const all = [4_000, 4_000, 4_000, 50_000, 100].map((bytes, index) =>
      lanes.enqueue(request(index, padded(bytes))),
    )
    for (let round = 0; round < 4; round += 1) {
      await turn()
      database.commit()
    }
    await Promise.all(all)
    expect(database.statements.map((statement) => statement.map(({ priority }) => priority))).to.deep.equal([
      [0, 1],
      [2],
      [3],
      [4],
    ])
  })

  it('refuses with backlog-full what goes beyond the bytes that may wait, and accepts again after a commit', async () => {
    lanes = new EnqueueLanes(database, new HeldCommits(), untraced, { ...limits, maxWaitingBytes: 10_000 })
    const kept = lanes.enqueue(request(1, padded(8_000)))
    const refusal = await lanes
      .enqueue(request(2, { ...padded(2_000), ...keyed('k') }))
      .catch((error: unknown) => error)
    expect(refusal).to.be.instanceOf(JobServerError).with.property('code', 'backlog-full')
    expect((refusal as JobServerError).details.retryAfterSeconds).to.equal(1)
    await turn()
    database.commit()
    await kept
    const again = lanes.enqueue(request(2, padded(2_000)))
    await turn()
    database.commit()
    expect(await again).to.have.property('job')
  })

  for (const [how, bytes, length] of [
    ['is said to be', 6_000, 10],
    ['is found to be', undefined, 6_000],
  ] as const)
    it(`refuses a batch that ${how} more than the bytes that may wait`, async () => {
      lanes = new EnqueueLanes(database, new HeldCommits(), untraced, { ...limits, maxWaitingBytes: 10_000 })
      const kept = lanes.enqueue(request(1, padded(5_000)))
      const refusal = await lanes
        .enqueueAll([request(2, padded(length))], undefined, bytes)
        .catch((error: unknown) => error)
      expect(refusal).to.be.instanceOf(JobServerError).with.property('code', 'backlog-full')
      await turn()
      database.commit()
      await kept
    })

  it('accepts one job larger than everything that may wait, when nothing waits', async () => {
    lanes = new EnqueueLanes(database, new HeldCommits(), untraced, { ...limits, maxWaitingBytes: 1_000 })
    const large = lanes.enqueue(request(1, padded(5_000)))
    await turn()
    database.commit()
    expect(await large).to.have.property('job')
  })

  it('passes on what is nested too deep to be weighed, for it to be refused in the ordinary way', async () => {
    let params: JsonObject = {}
    for (let level = 0; level < 100_000; level++) params = { params }
    const answer = lanes.enqueue(request(1, { params }))
    await turn()
    database.commit()
    expect(await answer).to.have.property('duplicate', false)
  })

  it('fails only the callers of the statement that failed, and gives their bytes free', async () => {
    lanes = new EnqueueLanes(database, new HeldCommits(), untraced, { ...limits, maxWaitingBytes: 10_000 })
    const failing = lanes.enqueue(request(1, padded(9_000))).catch((error: unknown) => error)
    await turn()
    database.fail(new Error('database away'))
    expect(await failing).to.have.property('message', 'database away')
    const next = lanes.enqueue(request(2, padded(9_000)))
    await turn()
    database.commit()
    expect(await next).to.have.property('job')
    await lanes.idle()
  })
})
