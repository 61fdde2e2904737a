import type { Context } from 'koa'
import { UNTIL_FINAL } from '../../../application/job-feed.js'
import { JobServerError } from '../../../domain/errors.js'
import { isFinished } from '../../../domain/job.js'
import type { HttpDeps } from '../deps.js'
import { eventsAnswer } from '../event-list.js'
import { changeTexts, heartbeatMs, jobEventTexts, StreamGate, streamOf } from '../event-stream.js'
import { jobView } from '../job-view.js'
import { route, type Route } from '../route.js'
import { jobParams, MAX_INT } from '../schemas/common.js'
import { eventList, getJobQuery, job, lastEventHeaders, listEventsQuery } from '../schemas/jobs.js'
import { noSuchJob } from './jobs.js'

const EVENT_STREAM = 'text/event-stream'

/** What a client may wait for. */
export function liveRoutes(deps: HttpDeps): Route[] {
  const gate = new StreamGate(deps)
  return [get(deps, gate), events(deps, gate), changes(deps, gate)]
}

function get({ queries, jobFeed }: HttpDeps, gate: StreamGate): Route {
  return route({
    method: 'get',
    path: '/v1/jobs/:jobId',
    operationId: 'getJob',
    summary: 'Status and facts of a job; with `wait`, once it is final or the time is over',
    tag: 'jobs',
    access: 'read',
    params: jobParams,
    query: getJobQuery,
    responses: { 200: { description: 'The job', schema: job } },
    problems: ['malformed-id', 'job-not-found', 'too-many-streams'],
    async handle({ params: { jobId }, query: { wait = 0 }, ctx }) {
      const found = await queries.get(jobId)
      if (found === null) throw noSuchJob()
      if (wait === 0 || isFinished(found.job)) return { status: 200, body: jobView(found) }
      const watch = await gate.admit(ctx, jobFeed.watch(jobId))
      await watch.next(UNTIL_FINAL, wait * 1000)
      return { status: 200, body: jobView((await queries.get(jobId)) ?? found) }
    },
  })
}

function events(deps: HttpDeps, gate: StreamGate): Route {
  const { queries, jobFeed } = deps
  return route({
    method: 'get',
    path: '/v1/jobs/:jobId/events',
    operationId: 'listJobEvents',
    summary: 'What happened to a job, oldest first; as a stream that goes on until the job is final',
    tag: 'jobs',
    access: 'read',
    params: jobParams,
    query: listEventsQuery,
    requestHeaders: lastEventHeaders,
    responses: {
      200: {
        description:
          'Events. For `Accept: text/event-stream` each one as data with its id, then `event: end` without one',
        schema: eventList,
        eventStream: true,
      },
    },
    problems: ['malformed-id', 'job-not-found', 'invalid-query', 'validation-error', 'too-many-streams'],
    async handle({ params: { jobId }, query: { after = 0, limit = 1000 }, ctx }) {
      if (ctx.accepts('application/json', EVENT_STREAM) === EVENT_STREAM) {
        const from = lastEventId(ctx) ?? after
        if (!(await jobFeed.isKnown(jobId))) throw noSuchJob()
        const watch = await gate.admit(ctx, jobFeed.watch(jobId))
        return streamOf(jobEventTexts(watch, jobId, from, heartbeatMs(deps)))
      }
      const found = await eventsAnswer(ctx, queries, { jobId, after, limit })
      if (found === null) throw noSuchJob()
      return found
    },
  })
}

function changes(deps: HttpDeps, gate: StreamGate): Route {
  return route({
    method: 'get',
    path: '/v1/events/stream',
    operationId: 'streamChanges',
    summary: 'What changes anywhere, as hints for pages: some may be missed, so read again after connecting',
    tag: 'jobs',
    access: 'read',
    responses: {
      200: {
        description:
          'Every quarter of a second at most: `{"jobs":[{"jobId","status"}],"definitions":[key],"schedules":[id],"more"}`; `status` is `null` for events alone, `more` says that something else changed, too',
        mediaType: EVENT_STREAM,
      },
    },
    problems: ['too-many-streams'],
    async handle({ ctx }) {
      const watch = await gate.admit(ctx, deps.changeFeed.watch())
      return streamOf(changeTexts(watch, heartbeatMs(deps)))
    },
  })
}

/** Where a client that was cut off goes on; one that is not ours would be read as the beginning, or skip events. */
function lastEventId(ctx: Context): number | null {
  const given = ctx.get('Last-Event-ID')
  if (given === '') return null
  const id = Number(given)
  if (/^\d{1,15}$/.test(given)) return Math.min(MAX_INT, id)
  const flaws = [{ pointer: '', message: 'the header Last-Event-ID must be the id of an event' }]
  throw new JobServerError('validation-error', 'the request is not valid', { flaws })
}
