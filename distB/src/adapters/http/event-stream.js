import { Readable } from 'node:stream';
import { DEFAULT_PACE } from './body.js';
import { eventView } from './job-view.js';
import { RequestError } from './problem.js';
const HEARTBEAT_MS = 15_000;
/** How long a client waits before it connects again. */
const RETRY_MS = 1_000;
/** What is kept for a client that is not ready for more; what it misses is read again. */
const CHUNK_CHARS = 16 * 1024;
const HEARTBEAT = ': still here\n\n';
const RETRY = `retry: ${RETRY_MS}\n\n`;
/** Lets in so many that stay; each is out when its answer has ended, however it did. */
export class StreamGate {
    deps;
    open = 0;
    constructor(deps) {
        this.deps = deps;
    }
    /**
     * @param watch what it waits for: closed when the answer is over, its client has left, or there is no room for it.
     * @throws RequestError `too-many-streams`.
     */
    admit(response, watch) {
        if (this.open >= this.deps.limits.maxStreams) {
            watch.close();
            throw new RequestError('too-many-streams', 'as many clients as this server takes are waiting already');
        }
        // A client may have left while its request was looked at, and is not told of again.
        if (response.closed) {
            watch.close();
            return watch;
        }
        this.open += 1;
        response.once('close', () => {
            this.open -= 1;
            watch.close();
        });
        return watch;
    }
}
/** Silence that a client may see; more often than a connection without any traffic is given up. */
export function heartbeatMs({ limits }) {
    return Math.min(HEARTBEAT_MS, (limits.bodyPace ?? DEFAULT_PACE).windowMs / 2);
}
/** Server-sent events; what produces them is asked for more only when the client has taken what there was. */
export function streamOf(texts) {
    return {
        status: 200,
        headers: { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' },
        body: Readable.from(texts, { objectMode: false, highWaterMark: CHUNK_CHARS }),
    };
}
/** The events of a job after the given one and, when it is final, the end; cut short when the watch is closed. */
export async function* jobEventTexts(watch, jobId, after, silenceMs) {
    yield RETRY;
    for (let place = after;;) {
        const next = await watch.next(place, silenceMs);
        if (next === 'closed')
            return;
        const page = next === 'nothing' ? { text: HEARTBEAT, last: place, ended: false } : pageOf(next, place);
        place = page.last;
        if (page.text !== '')
            yield page.text;
        if (page.ended) {
            yield `event: end\ndata: ${JSON.stringify({ jobId })}\n\n`;
            return;
        }
    }
}
/** What changed, until the watch is closed; without ids, since what was missed is not told again. */
export async function* changeTexts(watch, silenceMs) {
    yield RETRY;
    for (;;) {
        const next = await watch.next(silenceMs);
        if (next === 'closed')
            return;
        yield next === 'nothing' ? HEARTBEAT : `data: ${JSON.stringify(next)}\n\n`;
    }
}
/** As much of a batch as is kept for one client. */
function pageOf({ events, ended }, after) {
    let text = '';
    let last = after;
    for (const event of events) {
        if (text.length >= CHUNK_CHARS)
            return { text, last, ended: false };
        text += frameOf(event);
        last = event.id;
    }
    return { text, last, ended };
}
function frameOf(event) {
    return `id: ${event.id}\ndata: ${JSON.stringify(eventView(event))}\n\n`;
}
//# sourceMappingURL=event-stream.js.map