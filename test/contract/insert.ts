import { expect } from './expect.js'
import type { InsertAnswer } from '../../src/application/ports/job-store.js'
import type { Idempotency, NewJob } from '../../src/domain/job.js'
import type { JsonObject } from '../../src/domain/json.js'
import type { StoreHarness } from './harness.js'
import { insertedJob, WORK, type Case } from './world.js'

export function insertContract(promise: Case, { concurrentClaims }: StoreHarness['features']): void {
  promise('keeps every fact of a job and answers it as it is kept', async (world) => {
    const job = world.newJob({
      params: { a: [1, { b: null }] },
      priority: 7,
      maxAttempts: 9,
      runAt: world.clock.in(1_234),
      idempotency: keyed('k', 'body'),
    })
    const [answer] = await world.stores.jobs.insert([job])
    expect(answer).to.deep.equal({ outcome: 'inserted', job: kept(job) })
    expect(await world.job(job.id)).to.deep.equal(kept(job))
  })

  promise('writes the queued event with the job', async (world) => {
    const runAt = world.clock.in(5_000)
    const [id] = await world.insert({ runAt })
    expect(await world.events(id ?? '')).to.deep.equal([
      { id: 1, type: 'queued', at: world.now, payload: { runAt: runAt.toISOString() } },
    ])
  })

  promise('says at most once that its jobs can be claimed, and then they can', async (world) => {
    await world.publish({})
    const worker = await world.worker()
    const said: (readonly InsertAnswer[])[] = []
    const claims: ReturnType<typeof world.claim>[] = []
    const jobs = [world.newJob({ idempotency: keyed('k') }), world.newJob({ idempotency: keyed('k') })]
    const answers = await world.stores.jobs.insert(jobs, (kept) => {
      said.push(kept)
      claims.push(world.claim(worker))
    })
    // Whose jobs are durable as soon as they can be claimed need not say so.
    if (said.length > 0) expect(said).to.deep.equal([answers])
    else claims.push(world.claim(worker))
    expect((await Promise.all(claims)).flat().map(({ id }) => id)).to.deep.equal([jobs[0]?.id])
  })

  promise('answers in the order it was asked, whatever order it writes in', async (world) => {
    const jobs = ['zebra', 'ant', 'mole', 'ant', 'zebra'].map((definitionKey, index) =>
      world.newJob({
        definitionKey,
        params: { index },
        idempotency: index % 2 === 0 ? keyed(`key-${9 - index}`) : null,
      }),
    )
    const answers = await world.stores.jobs.insert(jobs)
    expect(answers.map((answer) => insertedJob(answer))).to.deep.equal(jobs.map(kept))
  })

  promise('keeps what only one job of a batch has, and what all of them have', async (world) => {
    const callback = { url: 'https://example.org/a', events: ['succeeded'] } as const
    const all: Parameters<typeof world.newJob>[0] = { callback, runAt: world.clock.in(50), priority: 2 }
    const others: Parameters<typeof world.newJob>[0][] = [
      {},
      { params: { other: '{"\\' } },
      { definitionKey: 'other' },
      { definitionVersion: 2 },
      { priority: 3 },
      { runAt: world.clock.in(51) },
      { maxAttempts: 8 },
      { callback: { ...callback, url: 'https://example.org/b' } },
      { callback: null },
      { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      { idempotency: keyed('k') },
    ]
    for (const other of others) {
      const jobs = [world.newJob(all), world.newJob({ ...all, ...other }), world.newJob(all)]
      await world.stores.jobs.insert(jobs)
      expect(await Promise.all(jobs.map(({ id }) => world.job(id)))).to.deep.equal(jobs.map(kept))
      const [first, second] = await Promise.all(jobs.map(({ id }) => world.events(id)))
      expect(first?.[0]?.payload).to.deep.equal({ runAt: jobs[0]?.runAt.toISOString() })
      expect(second?.[0]?.payload).to.deep.equal({ runAt: jobs[1]?.runAt.toISOString() })
    }
  })

  promise('takes an empty batch and a batch of a thousand', async (world) => {
    expect(await world.stores.jobs.insert([])).to.deep.equal([])
    const ids = await world.insert(...Array.from({ length: 1_000 }, (_, priority) => ({ priority })))
    expect(new Set(ids).size).to.equal(1_000)
    const { total } = await world.stores.queries.list({}, { limit: 1, offset: 0 })
    expect(total).to.equal(1_000)
  })

  promise('keeps instants to the millisecond, and numbers at their limits', async (world) => {
    for (const priority of [-2_147_483_648, 2_147_483_647]) {
      const runAt = new Date(Date.UTC(2031, 11, 31, 23, 59, 59, 999))
      const params = { big: Number.MAX_SAFE_INTEGER, small: -Number.MAX_SAFE_INTEGER, real: 0.1, far: 1e300 }
      const job = world.newJob({ priority, runAt, maxAttempts: 1_000, params })
      await world.stores.jobs.insert([job])
      expect(await world.job(job.id)).to.deep.equal(kept(job))
      world.clock.advance(1)
    }
  })

  promise('gives params back unchanged: unicode, odd keys, deep and large ones', async (world) => {
    let deep: JsonObject = {}
    for (let level = 0; level < 60; level++) deep = { deep }
    const params: JsonObject = {
      text: 'žluťoučký 🐎\u0001\u2028\\"\'',
      '': 1,
      'a.b/c~d$': [true, false, null, [], {}],
      ключ: 'значение',
      '0': 'zero',
      large: 'x'.repeat(500_000),
      deep,
    }
    const job = world.newJob({ params })
    await world.stores.jobs.insert([job])
    expect((await world.job(job.id)).params).to.deep.equal(params)
  })

  promise('accepts jobs of definitions that nobody has published', async (world) => {
    const [id] = await world.insert({ definitionKey: 'nobody.knows' })
    expect((await world.job(id)).status).to.equal('queued')
  })

  promise('answers the first job to a key that comes again, as it is by now', async (world) => {
    await world.publish({})
    const [id] = await world.insert({ idempotency: keyed('k') })
    const [job] = await world.claim(await world.worker())
    const again = await insertOne(world.newJob({ idempotency: keyed('k') }))
    expect(again).to.deep.equal({ outcome: 'duplicate', job })
    expect(await world.eventTypes(id ?? '')).to.deep.equal(['queued', 'started'])

    async function insertOne(job: NewJob): Promise<InsertAnswer | undefined> {
      return (await world.stores.jobs.insert([job]))[0]
    }
  })

  promise('matches keys inside one batch', async (world) => {
    const [first, plain, second, third] = ['a', null, 'a', 'a'].map((key, index) =>
      world.newJob({ idempotency: key === null ? null : keyed(key, index === 3 ? 'other' : 'same') }),
    ) as [NewJob, NewJob, NewJob, NewJob]
    const answers = await world.stores.jobs.insert([first, plain, second, third])
    expect(answers).to.deep.equal([
      { outcome: 'inserted', job: kept(first) },
      { outcome: 'inserted', job: kept(plain) },
      { outcome: 'duplicate', job: kept(first) },
      { outcome: 'key_reused', jobId: first.id },
    ])
    expect(await world.stores.queries.get(second.id)).to.equal(null)
    expect(await world.eventTypes(first.id)).to.deep.equal(['queued'])
  })

  promise('refuses a key with another body and names its job', async (world) => {
    const [jobId] = await world.insert({ idempotency: keyed('k', 'one body') })
    const other = world.newJob({ idempotency: keyed('k', 'another body') })
    expect(await world.stores.jobs.insert([other])).to.deep.equal([{ outcome: 'key_reused', jobId }])
    expect(await world.stores.queries.get(other.id)).to.equal(null)
  })

  promise('holds a key for finished jobs too', async (world) => {
    const job = await world.running({ idempotency: keyed('k') })
    await world.succeed(job)
    const [again] = await world.stores.jobs.insert([world.newJob({ idempotency: keyed('k') })])
    expect(again).to.deep.equal({ outcome: 'duplicate', job: await world.job(job.id) })
    expect(insertedJob(again).status).to.equal('succeeded')
  })

  promise('keeps keys apart by definition and by the version as sent', async (world) => {
    const answers = await world.stores.jobs.insert([
      world.newJob({ idempotency: keyed('k', 'body', 0) }),
      world.newJob({ idempotency: keyed('k', 'body', 1) }),
      world.newJob({ idempotency: keyed('k', 'body', 2), definitionVersion: 2 }),
      world.newJob({ idempotency: keyed('k', 'body', 0), definitionKey: 'other' }),
      world.newJob({ idempotency: keyed('K', 'body', 0) }),
    ])
    expect(answers.map(({ outcome }) => outcome)).to.deep.equal(Array(5).fill('inserted'))
  })

  promise('takes keys of any text', async (world) => {
    for (const key of ["'; drop table jobs; --", '%', 'ключ 🔑', 'x'.repeat(255), ' ']) {
      const [id] = await world.insert({ idempotency: keyed(key) })
      expect((await world.job(id)).idempotencyKey).to.equal(key)
      expect(await world.insert({ idempotency: keyed(key) })).to.deep.equal([id])
    }
  })

  promise('keeps a batch as a whole, and answers those of it that are there already', async (world) => {
    const [first] = await world.insert({ idempotency: keyed('a') })
    const batch = [keyed('a'), null, keyed('b'), keyed('b')].map((idempotency) =>
      world.newJob({ idempotency }),
    )
    const answer = await world.stores.jobs.insertAll(batch)
    if (answer.outcome !== 'kept') throw new Error('the batch was refused')
    expect(answer.answers.map(({ outcome }) => outcome)).to.deep.equal([
      'duplicate',
      'inserted',
      'inserted',
      'duplicate',
    ])
    const ids = answer.answers.map(({ job }) => job.id)
    expect(ids).to.deep.equal([first, batch[1]?.id, batch[2]?.id, batch[2]?.id])
    expect((await world.stores.queries.list({}, { limit: 10, offset: 0 })).total).to.equal(3)
    expect(await world.events(batch[1]?.id ?? '')).to.have.length(1)
    expect(await world.stores.jobs.insertAll([])).to.deep.equal({ outcome: 'kept', answers: [] })
  })

  promise(
    'keeps nothing of a batch in which one key stands for another body, and says which',
    async (world) => {
      const [first] = await world.insert({ idempotency: keyed('a') })
      const batch = [null, keyed('a', 'other'), keyed('b'), keyed('b', 'other'), keyed('a')].map(
        (idempotency) => world.newJob({ idempotency }),
      )
      expect(await world.stores.jobs.insertAll(batch)).to.deep.equal({
        outcome: 'refused',
        refusals: [
          null,
          { outcome: 'key_reused', jobId: first },
          null,
          { outcome: 'key_reused', jobId: batch[2]?.id },
          null,
        ],
      })
      expect((await world.stores.queries.list({}, { limit: 10, offset: 0 })).total).to.equal(1)
      // The key is free: nobody holds it for a job that was never kept.
      const [again] = await world.stores.jobs.insert([world.newJob({ idempotency: keyed('b', 'third') })])
      expect(again?.outcome).to.equal('inserted')
    },
  )

  if (!concurrentClaims) return

  promise('makes one job of 64 racing inserts with one key', async (world) => {
    const jobs = Array.from({ length: 64 }, () => world.newJob({ idempotency: keyed('race') }))
    const answers = (await Promise.all(jobs.map((job) => world.stores.jobs.insert([job])))).flat()
    expect(answers.filter(({ outcome }) => outcome === 'inserted')).to.have.length(1)
    expect(answers.filter(({ outcome }) => outcome === 'duplicate')).to.have.length(63)
    const [id] = new Set(answers.map((answer) => insertedJob(answer).id))
    expect(answers.every((answer) => insertedJob(answer).id === id)).to.equal(true)
    expect((await world.stores.queries.list({}, { limit: 10, offset: 0 })).total).to.equal(1)
    expect(await world.eventTypes(id ?? '')).to.deep.equal(['queued'])
  })

  promise('survives racing batches that name the same keys in opposite orders', async (world) => {
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`)
    const batch = (names: readonly string[]): NewJob[] =>
      names.map((key) => world.newJob({ definitionKey: WORK.key, idempotency: keyed(key) }))
    const batches = Array.from({ length: 8 }, (_, index) =>
      batch(index % 2 === 0 ? keys : [...keys].reverse()),
    )
    const answers = (await Promise.all(batches.map((jobs) => world.stores.jobs.insert(jobs)))).flat()
    expect(answers.filter(({ outcome }) => outcome === 'inserted')).to.have.length(40)
    expect(answers.filter(({ outcome }) => outcome === 'duplicate')).to.have.length(280)
    expect((await world.stores.queries.list({}, { limit: 1, offset: 0 })).total).to.equal(40)
  })
}

function keyed(key: string, bodyHash = 'body', version = 0): Idempotency {
  return { key, version, bodyHash }
}

function kept({ idempotency: _idempotency, ...job }: NewJob) {
  return job
}
