// A job server inside a Koa application of your own: it runs jobs in this process and adds its REST API to your routes.
//
//   npx tsx examples/embed-in-koa.ts
//   curl -X POST http://localhost:3000/sign-up/ada
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { createJobServer, defineJob } from 'job-server'
import { z } from 'zod'

const welcome = defineJob({
  key: 'mail.welcome',
  version: 1,
  params: z.object({ name: z.string().min(1) }),
  run: ({ name }, ctx) => {
    ctx.logger.info('sending a mail', { name })
    return { sent: `Welcome, ${name}!` }
  },
})

const jobs = await createJobServer({
  database: process.env.JOBS_DATABASE ?? 'memory',
  definitions: [welcome],
  worker: { slots: 4 },
})
await jobs.start()

const app = new Koa()
// Its list of jobs is `GET /jobs/v1/jobs`.
app.use(jobs.koaMiddleware({ prefix: '/jobs' }))
app.use(async (ctx) => {
  const [, page, name = ''] = ctx.path.split('/')
  if (page !== 'sign-up' || ctx.method !== 'POST') return
  // A second sign-up of the same name finds the first one's job.
  const { job } = await jobs.enqueue({
    definitionKey: 'mail.welcome',
    params: { name },
    idempotencyKey: `welcome-${name}`,
  })
  ctx.status = 202
  ctx.body = { jobId: job.id }
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.once('SIGTERM', () => {
  server.close()
  void jobs.stop()
})
