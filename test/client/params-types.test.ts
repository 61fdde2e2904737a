import { expect } from 'chai'
import { z } from 'zod'
import { createClient, type Client, type ParamsOf } from '../../src/client/index.js'
import { defineJob, type Enqueuer } from '../../src/index.js'
import { createTestServer } from '../../src/testing/index.js'

const counted = defineJob({
  key: 'counted',
  version: 1,
  params: z.object({ n: z.string().transform(Number), unit: z.string().default('s') }),
  schedules: [{ name: 'hourly', everySeconds: 3_600, params: { n: '5' } }],
  run: ({ n, unit }) => n.toFixed(1) + unit,
})
const plain = defineJob({ key: 'plain', version: 1, run: (params: { order: number }) => params.order })
const parsed = defineJob({
  key: 'parsed',
  version: 1,
  params: { parse: (input: unknown) => input as { id: string } },
  run: ({ id }) => id,
})
const madeBy = <T extends { a: string }>(schema: z.ZodType<T>) =>
  defineJob({ key: 'made', version: 1, params: schema, run: ({ a }) => a })
const made = madeBy(z.object({ a: z.string(), b: z.int() }))

const bare = defineJob({ key: 'bare', version: 1, run: () => 'done' })
const lenient = defineJob({
  key: 'lenient',
  version: 1,
  params: z.object({ unit: z.string().default('s') }),
  run: ({ unit }) => unit,
})

interface Order {
  readonly order: number
}

/** Compiled only, as what follows. */
export async function takesEmbedded(server: Enqueuer, order: Order): Promise<void> {
  await server.enqueue({ definitionKey: 'plain', params: order })
  await server.enqueue(plain, order, { idempotencyKey: 'once', delaySeconds: 60 })
  // @ts-expect-error -- its handler takes a number
  await server.enqueue(plain, { order: '5' })
  // @ts-expect-error -- a number is what the schema makes of it
  await server.enqueue(counted, { n: 5 })
  await server.enqueue(bare)
  await server.enqueue(bare, {}, { priority: 2 })
  await server.enqueue(lenient)
  // @ts-expect-error -- its handler takes an order
  await server.enqueue(plain)
  // @ts-expect-error -- its schema takes n
  await server.enqueue(counted)
  // @ts-expect-error -- params are no text
  await server.enqueue({ definitionKey: 'plain', params: 'order' })
}

/** Compiled only: what is refused here is refused by the compiler. */
export async function takes(client: Client): Promise<[string, number]> {
  const text = await client.jobs.create(counted, { n: '5' }).result()
  await client.jobs.create(counted, { n: '5', unit: 'm' })
  // @ts-expect-error -- a number is what the schema makes of it
  await client.jobs.create(counted, { n: 5, unit: 'm' })
  await client.jobs.create<typeof counted>({ definitionKey: 'counted', params: { n: '5' } })
  // @ts-expect-error -- as above
  await client.jobs.create<typeof counted>({ definitionKey: 'counted', params: { n: 5 } })

  const number = await client.jobs.create(plain, { order: 5 }).result()
  // @ts-expect-error -- its handler takes a number
  await client.jobs.create(plain, { order: '5' })
  // @ts-expect-error -- its handler takes a number
  await client.jobs.create<typeof plain>({ definitionKey: 'plain', params: { order: '5' } })

  const done: string = await client.jobs.create(bare).result()
  await client.jobs.create(lenient)
  // @ts-expect-error -- its handler takes an order
  await client.jobs.create(plain)
  // @ts-expect-error -- its schema takes n
  await client.jobs.create(counted)

  await client.jobs.create(parsed, { id: '5' })
  // @ts-expect-error -- a schema that does not say what it takes takes what it answers
  await client.jobs.create(parsed, { id: 5 })
  await client.jobs.create(made, { a: '5', b: 3 })
  // @ts-expect-error -- as above
  await client.jobs.create(made, { a: '5' })
  return [text + done, number]
}

describe('the params of a definition', () => {
  it('are for callers what its schema takes, not what it makes of them', async () => {
    const params: ParamsOf<typeof counted> = { n: '5' }
    const server = await createTestServer({ definitions: [counted] })
    for (const { job } of [
      await server.enqueue({ definitionKey: 'counted', params }),
      await server.enqueue(counted, { n: '5' }, { priority: 2 }),
    ])
      expect(await server.waitFor(job.id)).to.include({ status: 'succeeded', result: '5.0s' })
  })

  it('belong to a request or a definition, not to a key alone', () => {
    const { jobs } = createClient({ url: 'http://localhost' })
    expect(() => jobs.create('plain' as never, { order: 5 } as never)).to.throw(
      TypeError,
      'takes { definitionKey, params }, or a definition',
    )
  })

  it('may be left out where it runs without any', async () => {
    const server = await createTestServer({ definitions: [bare, lenient] })
    const [one, other] = [await server.enqueue(bare), await server.enqueue(lenient)]
    expect(await server.waitFor(one.job.id)).to.include({ status: 'succeeded', result: 'done' })
    expect(await server.waitFor(other.job.id)).to.include({ status: 'succeeded', result: 's' })
  })
})
