import { Readable } from 'node:stream'
import type { Context } from 'koa'
import type { Changes } from '../../application/ports/change-channel.js'
import type { ChangeWatch } from '../../application/change-feed.js'
import type { EventBatch, JobWatch } from '../../application/job-feed.js'
import type { JobEvent } from '../../domain/job-event.js'
import { DEFAULT_PACE } from './body.js'
import type { HttpDeps } from './deps.js'
import { inTurn } from './in-turn.js'
import { eventView } from './job-view.js'
import { RequestError } from './problem.js'
import type { Answer } from './route.js'

const HEARTBEAT_MS = 15_000
/** How often the keys of those who stay are looked at again. */
const KEY_CHECK_MS = 5_000
/** How long a client waits before it connects again. */
const RETRY_MS = 1_000
/** What is kept for a client that is not ready for more; what it misses is read again. */
const CHUNK_CHARS = 16 * 1024

const HEARTBEAT = ': still here\n\n'
const RETRY = `retry: ${RETRY_MS}\n\n`

/** Lets in so many that stay; each is out when its answer has ended, however it did, and soon after its key was revoked. */
export class StreamGate {
  private readonly open = new Set<Context>()
  private keyChecks: NodeJS.Timeout | undefined

  constructor(private readonly deps: HttpDeps) {}

  /**
   * @param watch what it waits for: closed when the answer is over, its client has left, or there is no room for it.
   * @throws RequestError `too-many-streams`.
   */
  async admit<Watch extends { close(): void }>(ctx: Context, watch: Watch): Promise<Watch> {
    if (this.open.size >= this.deps.limits.maxStreams) {
      watch.close()
      throw new RequestError('too-many-streams', 'as many clients as this server takes are waiting already')
    }
    this.open.add(ctx)
    const everyMs = Math.min(KEY_CHECK_MS, heartbeatMs(this.deps))
    this.keyChecks ??= setInterval(() => void this.cutUnknown(), everyMs).unref()
    const leave = () => {
      this.open.delete(ctx)
      watch.close()
      if (this.open.size > 0) return
      clearInterval(this.keyChecks)
      this.keyChecks = undefined
    }
    // A client may have left while its request was looked at, and is not told of again.
    if ((await inTurn(ctx.res)) && !ctx.res.closed) ctx.res.once('close', leave)
    else leave()
    return watch
  }

  private async cutUnknown(): Promise<void> {
    for (const ctx of this.open) if (!(await this.deps.guard.isStillKnown(ctx))) ctx.res.destroy()
  }
}

/** Silence that a client may see; more often than a connection without any traffic is given up. */
export function heartbeatMs({ limits }: HttpDeps): number {
  return Math.min(HEARTBEAT_MS, (limits.bodyPace ?? DEFAULT_PACE).windowMs / 2)
}

/** Server-sent events; what produces them is asked for more only when the client has taken what there was. */
export function streamOf(texts: AsyncGenerator<string>): Answer {
  return {
    status: 200,
    headers: { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' },
    body: Readable.from(texts, { objectMode: false, highWaterMark: CHUNK_CHARS }),
  }
}

/** The events of a job after the given one and, when it is final, the end; cut short when the watch is closed. */
export async function* jobEventTexts(
  watch: JobWatch,
  jobId: string,
  after: number,
  silenceMs: number,
): AsyncGenerator<string> {
  yield RETRY
  for (let place = after; ;) {
    const next = await watch.next(place, silenceMs)
    if (next === 'closed') return
    const page = next === 'nothing' ? { text: HEARTBEAT, last: place, ended: false } : pageOf(next, place)
    place = page.last
    if (page.text !== '') yield page.text
    if (page.ended) {
      yield `event: end\ndata: ${JSON.stringify({ jobId })}\n\n`
      return
    }
  }
}

/** What changed, until the watch is closed; without ids, since what was missed is not told again. */
export async function* changeTexts(watch: ChangeWatch, silenceMs: number): AsyncGenerator<string> {
  yield RETRY
  for (;;) {
    const next = await watch.next(silenceMs)
    if (next === 'closed') return
    yield next === 'nothing' ? HEARTBEAT : `data: ${JSON.stringify(next satisfies Changes)}\n\n`
  }
}

/** As much of a batch as is kept for one client. */
function pageOf(
  { events, ended }: EventBatch,
  after: number,
): { text: string; last: number; ended: boolean } {
  let text = ''
  let last = after
  for (const event of events) {
    if (text.length >= CHUNK_CHARS) return { text, last, ended: false }
    text += frameOf(event)
    last = event.id
  }
  return { text, last, ended }
}

function frameOf(event: JobEvent): string {
  return `id: ${event.id}\ndata: ${JSON.stringify(eventView(event))}\n\n`
}
