// A job server inside an Express application of your own: orders come in as JSON, their receipts are jobs, and the REST API is there
// beside your routes. Needs `express` beside `job-server`.
//
//   npx tsx examples/embed-in-express.ts
//   curl -X POST http://localhost:3000/orders -H "Content-Type: application/json" -d '{"item": "book", "count": 2}'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createJobServer, defineJob } from 'job-server'
import { z } from 'zod'

const orders = z.object({ item: z.string().min(1), count: z.int().min(1) })

const receipt = defineJob({
  key: 'order.receipt',
  version: 1,
  params: orders,
  run: ({ item, count }) => ({ receipt: `${count} × ${item}` }),
})

const jobs = await createJobServer({
  database: process.env.JOBS_DATABASE ?? 'memory',
  definitions: [receipt],
  worker: { slots: 4 },
})
await jobs.start()

const app = express()
// Ahead of every body parser: it reads bodies itself, uploads among them.
app.use('/jobs', jobs.callback())
app.use(express.json())
app.post('/orders', async (request, response) => {
  const order = orders.safeParse(request.body)
  if (!order.success) {
    response.status(400).json({ error: z.prettifyError(order.error) })
    return
  }
  const { job } = await jobs.enqueue({ definitionKey: 'order.receipt', params: order.data })
  response.status(202).location(`/jobs/v1/jobs/${job.id}`).json({ jobId: job.id })
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.once('SIGTERM', () => {
  server.close()
  void jobs.stop()
})
