/** Koa with a router and a body parser, answering what the job server answers, and keeping nothing: `node bare-koa.mjs`. */
import { randomUUID } from 'node:crypto'
import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import Koa from 'koa'

const router = new Router()
router.post('/v1/jobs', (ctx) => {
  const { definitionKey } = ctx.request.body
  if (typeof definitionKey !== 'string') ctx.throw(400)
  const jobId = randomUUID()
  ctx.status = 201
  ctx.set('Location', `/v1/jobs/${jobId}`)
  ctx.body = { jobId, status: 'queued' }
})
const server = new Koa()
  .use(bodyParser())
  .use(router.routes())
  .listen(0, '127.0.0.1', () => console.log(server.address().port))
