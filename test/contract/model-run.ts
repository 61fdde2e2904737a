import { isDeepStrictEqual } from 'node:util'
import { expect } from 'chai'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import type { Stores } from '../../src/application/ports/stores.js'
import type { JobFilter, JobPage, JobRecord } from '../../src/application/ports/job-queries.js'
import type { ClaimAnswer, SettleAnswer } from '../../src/application/ports/job-store.js'
import { newJob, type ActiveJob, type JobSummary } from '../../src/domain/job.js'
import { decideOrphan, decideOutcome, type Circumstances, type Outcome } from '../../src/domain/outcome.js'
import type { RunResult } from '../../src/domain/run-result.js'
import { aDefinition, aRequest, aWorker } from '../support/factories.js'
import { FakeClock } from '../support/fake-clock.js'
import { sequentialIds } from '../support/ids.js'
import type { StoreHarness } from './harness.js'
import { DEFINITIONS, PICKS, WORKERS, type Command, type JobPick } from './model-commands.js'
import { summarized } from './world.js'

/** So long that neither the slowest machine nor the fake clock ends a lease by itself. */
const TTL_MS = 1_000_000_000
const FAR_FUTURE = new Date(Date.UTC(2200, 0))
/** Later than the lease of a worker that resigned, which ended at the epoch: what it left was interrupted. */
const EPOCH = new Date(1)

/** The in-memory store and the store under test, living the same life. */
export class Model {
  private readonly clock: FakeClock
  private readonly newId = sequentialIds()
  private readonly jobIds: string[] = []
  /** Every run that was ever handed out, so that stale leases are tried as well. */
  private readonly runs: ActiveJob[] = []
  private readonly workers: string[] = []
  private cancels = 0
  private seenEvents = new Map<string, number>()

  private constructor(
    private readonly oracle: Stores,
    readonly subject: Stores,
    clock: FakeClock,
    private readonly passLeases: () => void,
  ) {
    this.clock = clock
  }

  static async open(harness: StoreHarness): Promise<Model> {
    let offsetMs = 0
    const options = { clock: new FakeClock(), leaseOffsetMs: () => offsetMs }
    const passLeases = (): void => {
      offsetMs += TTL_MS + 1_000
    }
    const subject = await harness.open(options)
    const model = new Model(createMemoryStores(options), subject, options.clock, passLeases)
    await model.both((stores) => stores.definitions.publish(DEFINITIONS.map((ref) => aDefinition(ref))))
    for (let worker = 0; worker < WORKERS; worker++) await model.register(worker)
    return model
  }

  /** Does it on both sides, and compares the answers and then the states. */
  async step(command: Command): Promise<void> {
    await this.perform(command)
    await this.compare()
  }

  private async perform(command: Command): Promise<unknown> {
    const now = this.clock.now()
    switch (command.do) {
      case 'insert':
        return this.insert(command.jobs)
      case 'claim':
        return this.claim(command)
      case 'settle':
        return this.settle(command.ends)
      case 'cancel': {
        const step = (this.cancels += 1)
        const ids = [...new Set(command.picks.map((pick) => chosen(this.jobIds, pick) ?? this.newId()))]
        return this.both((stores) => stores.jobs.requestCancel(ids, now, idsOf('ca', step, 0)))
      }
      case 'events': {
        const events = command.events.flatMap(({ pick, progress }) => {
          const run = chosen(this.runs, pick)
          if (run === undefined) return []
          const event = { lease: run.lease, type: 'told', payload: { pick } }
          return [progress === null ? event : { ...event, progress }]
        })
        return this.both((stores) => stores.jobs.appendEvents(events, now))
      }
      case 'renew':
        return this.renew(this.worker(command.worker))
      case 'register':
        return this.register(command.worker)
      case 'resign':
        return this.both((stores) => stores.workers.resign(this.worker(command.worker)))
      case 'expire':
        this.passLeases()
        for (const other of this.workers.filter((_, index) => index !== command.worker))
          await this.renew(other)
        return undefined
      case 'bury':
        return this.both((stores) => stores.workers.bury(10))
      case 'fold':
        return this.both((stores) => stores.metrics.fold(now))
      case 'recover':
        return this.recover(command.interrupted, command.limit)
      case 'publish': {
        const { concurrencyLimit } = command
        const definition = aDefinition({ ...DEFINITIONS[command.definition], concurrencyLimit })
        return this.both((stores) => stores.definitions.publish([definition]))
      }
      case 'pause':
        return this.both((stores) => stores.definitions.setPaused(command.key, command.paused))
      case 'advance':
        return this.clock.advance(command.ms)
      case 'list': {
        const filter: JobFilter = command.key === null ? command : { ...command, definitionKey: command.key }
        const page = { limit: command.limit, offset: command.offset }
        const before = chosen(this.jobIds, command.before)
        return this.both(async (stores) =>
          pageView(await stores.queries.list(filter, before === undefined ? page : { ...page, before })),
        )
      }
    }
  }

  private async insert(picks: readonly JobPick[]): Promise<void> {
    const now = this.clock.now()
    const jobs = picks.map(({ definition, delayMs, key, version, body, events, ...limits }) => {
      const ref = DEFINITIONS[definition] ?? { key: 'a', version: 1 }
      const idempotency = key === null ? null : { key, version: version * ref.version, bodyHash: body }
      const facts = { definitionKey: ref.key, definitionVersion: ref.version, params: { definition, key } }
      const runAt = this.clock.in(delayMs)
      const callback = events === null ? null : { url: 'https://receiver.example/', events }
      return newJob(aRequest({ ...facts, ...limits, runAt, idempotency, callback }), this.newId(), now)
    })
    const answers = await this.both((stores) => stores.jobs.insert(jobs))
    for (const answer of answers) if (answer.outcome === 'inserted') this.jobIds.push(answer.job.id)
  }

  private async claim({ worker, limit, definitions }: Extract<Command, { do: 'claim' }>): Promise<void> {
    const request = { incarnation: this.worker(worker), limit, now: this.clock.now(), definitions }
    const { jobs } = await this.both(async (stores) => {
      let answer: ClaimAnswer
      do answer = await stores.jobs.claim(request)
      while (answer.contended && answer.jobs.length === 0)
      return { jobs: answer.jobs, nextDueAt: answer.nextDueAt }
    })
    this.runs.push(...jobs)
  }

  private async settle(ends: Extract<Command, { do: 'settle' }>['ends']): Promise<void> {
    const byJob = new Map<string, { job: ActiveJob; result: RunResult }>()
    for (const { pick, result } of ends) {
      const job = chosen(this.runs, pick)
      if (job !== undefined) byJob.set(job.id, { job, result })
    }
    const runs = [...byJob.values()]
    const now = this.clock.now()
    const decide = (job: ActiveJob, result: RunResult): { lease: ActiveJob['lease']; outcome: Outcome } => ({
      lease: job.lease,
      outcome: decideOutcome(job, result, this.circumstances(job)),
    })
    await this.both(async (stores) => {
      const answers = await stores.jobs.settle(
        runs.map(({ job, result }) => decide(job, result)),
        now,
      )
      const refused = runs.filter((_, index) => answers[index] === 'cancelling')
      const again: readonly SettleAnswer[] =
        refused.length === 0
          ? []
          : await stores.jobs.settle(
              refused.map(({ job, result }) => decide({ ...job, status: 'cancelling' }, result)),
              now,
            )
      return [answers, again]
    })
  }

  private async recover(interrupted: boolean, limit: number): Promise<void> {
    const since = interrupted ? FAR_FUTURE : EPOCH
    const orphans = await this.both(async (stores) => {
      // Which of several orphans come first is nobody's promise.
      const all = await stores.jobs.orphans(1_000, since)
      return [...all].sort((a, b) => (a.job.id < b.job.id ? -1 : 1))
    })
    const settlements = orphans.slice(0, limit).map((orphan) => ({
      lease: orphan.job.lease,
      outcome: decideOrphan(orphan.job, orphan.interrupted, this.circumstances(orphan.job)),
    }))
    await this.both((stores) => stores.jobs.settle(settlements, this.clock.now()))
  }

  private async register(worker: number): Promise<void> {
    const incarnation = this.newId()
    this.workers[worker] = incarnation
    const record = aWorker({ incarnation, name: `worker-${worker}` })
    await this.both((stores) => stores.workers.register(record, TTL_MS))
  }

  private async renew(incarnation: string): Promise<void> {
    await this.both(async (stores) => {
      const { alive, cancelling } = await stores.workers.renew(
        { incarnation, running: 1, draining: false },
        TTL_MS,
      )
      return { alive, cancelling: [...cancelling].sort() }
    })
  }

  private worker(index: number): string {
    return this.workers[index] ?? this.newId()
  }

  /** Chance and ids that depend on the job alone, so that both sides decide alike whatever the order. */
  private circumstances(job: ActiveJob): Circumstances {
    const policy = { baseMs: 500, maxMs: 3_000, jitter: 0.3 }
    const newId = idsOf('de', Number.parseInt(job.id.slice(-8), 16), job.run)
    return { now: this.clock.now(), random: (job.run % 10) / 10, policy, newId }
  }

  private async both<T>(act: (stores: Stores) => Promise<T>): Promise<T> {
    const expected = await act(this.oracle)
    const actual = await act(this.subject)
    // Many times faster than chai, which is asked only for its words.
    if (!isDeepStrictEqual(actual, expected)) expect(actual).to.deep.equal(expected)
    return expected
  }

  /** All jobs and workers, and the events of jobs that have new ones. */
  private async compare(): Promise<void> {
    await this.both(async ({ queries }) => pageView(await queries.list({}, { limit: 1_000, offset: 0 })))
    await this.both(async ({ workers }) => {
      const list = await workers.list()
      return list.map(({ incarnation, running, draining }) => [incarnation, running, draining]).sort()
    })
    await this.compareMetrics()
    for (const id of this.jobIds) {
      const count = (await this.oracle.queries.events(id, 0, 10_000))?.length ?? 0
      if (count === this.seenEvents.get(id)) continue
      this.seenEvents.set(id, count)
      await this.compareJob(id)
    }
  }

  /** The in-memory store counts its jobs, so that this compares figures with the rows of the same moment. */
  private async compareMetrics(): Promise<void> {
    const now = this.clock.now()
    await this.both(({ metrics }) => metrics.definitions())
    await this.both(({ metrics }) => metrics.finished('minute', 60, now))
    await this.both(({ metrics }) => metrics.times('hour', 24, null, now))
    await this.both(({ metrics }) => metrics.oldestDue(now))
  }

  /** The end of a life: everything is compared once more, and the data are left fit for the invariants. */
  async end(): Promise<void> {
    await this.compareEverything()
    // More jobs may run than a limit that was lowered meanwhile allows; the data do not tell that.
    await this.both(({ definitions }) => definitions.publish(DEFINITIONS.map((ref) => aDefinition(ref))))
  }

  private async compareEverything(): Promise<void> {
    await this.both(({ definitions }) => definitions.list())
    for (const id of this.jobIds) await this.compareJob(id)
  }

  private async compareJob(id: string): Promise<void> {
    await this.both(async ({ queries }) => {
      const [record, events, attempts, dead] = await Promise.all([
        queries.get(id),
        queries.events(id, 0, 10_000),
        queries.attempts(id, 1_000),
        queries.deadLetterOf(id),
      ])
      return [record && recordView(record), events, attempts, dead]
    })
  }
}

/** Ids that depend on what they are for alone, so that both sides make the same ones. */
function idsOf(kind: string, first: number, second: number): () => string {
  let made = 0
  const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')
  return () => `${kind}${hex(++made, 6)}-${hex(second, 4)}-7000-8000-${hex(first, 12)}`
}

function pageView({ jobs, ...rest }: JobPage) {
  return { ...rest, jobs: jobs.map(summarized).map(recordView) }
}

/** Leases are stamped by clocks of the stores' own. */
function recordView({ job, heartbeatAt, leaseExpiresAt }: JobRecord<JobSummary>) {
  return { job, leased: [heartbeatAt !== null, leaseExpiresAt !== null] }
}

/** Newer ones more often than older ones. */
function chosen<T>(seen: readonly T[], pick: number): T | undefined {
  return seen[seen.length - 1 - Math.floor((pick / PICKS) ** 2 * seen.length)]
}
