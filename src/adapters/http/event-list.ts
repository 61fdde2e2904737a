import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Context } from 'koa'
import type { JobQueries } from '../../application/ports/job-queries.js'
import type { JobEvent } from '../../domain/job-event.js'
import { eventView } from './job-view.js'
import type { Answer } from './route.js'

/** Most jobs have no more. */
const FIRST_EVENTS = 100
const MOST_EVENTS = 1_000
/** What is read at a time beyond the first, as far as the size of the next events can be told from those before. */
const PAGE_CHARS = 1024 * 1024

interface Asked {
  readonly jobId: string
  /** Only events with a higher id. */
  readonly after: number
  readonly limit: number
}

/**
 * The events of a job as one document, which is written while it is read: thousands of large events are never held together.
 *
 * @returns `null` when there is no such job.
 */
export async function eventsAnswer(
  ctx: Context,
  queries: Pick<JobQueries, 'events'>,
  { jobId, after, limit }: Asked,
): Promise<Answer | null> {
  const first = await queries.events(jobId, after, Math.min(limit, FIRST_EVENTS))
  if (first === null) return null
  if (first.length < FIRST_EVENTS || first.length === limit)
    return { status: 200, body: { jobId, events: first.map(eventView) } }
  const left = { jobId, after: first.at(-1)?.id ?? after, limit: limit - first.length }
  const texts = documentTexts(queries, first, left, (error) => {
    // It has begun with 200: only an answer that breaks off tells that it is not whole.
    ctx.res.destroy(error)
  })
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: Readable.from(texts, { objectMode: false }),
  }
}

async function* documentTexts(
  queries: Pick<JobQueries, 'events'>,
  first: readonly JobEvent[],
  { jobId, after, limit }: Asked,
  fail: (error: Error) => void,
): AsyncGenerator<string> {
  let text = textOf(first)
  yield `{"jobId":${JSON.stringify(jobId)},"events":[${text}`
  let [place, left, count] = [after, limit, first.length]
  while (left > 0 && count > 0) {
    const fitting = Math.floor((PAGE_CHARS * count) / text.length)
    const asked = Math.min(left, MOST_EVENTS, Math.max(1, fitting))
    let page: readonly JobEvent[]
    // A store in this process and a client that takes all would leave nobody else a turn.
    await setImmediate()
    try {
      page = (await queries.events(jobId, place, asked)) ?? []
    } catch (error) {
      fail(error as Error)
      return
    }
    count = page.length
    left = count < asked ? 0 : left - count
    place = page.at(-1)?.id ?? place
    text = textOf(page)
    if (count > 0) yield `,${text}`
  }
  yield ']}'
}

function textOf(events: readonly JobEvent[]): string {
  return events.map((event) => JSON.stringify(eventView(event))).join(',')
}
