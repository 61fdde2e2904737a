import { WaitTimeoutError } from '../client/index.js';
const BAR = 30;
/**
 * Waits until a job is final.
 *
 * @throws WaitTimeoutError, and what the client throws.
 */
export async function follow(session, job, options) {
    const timeoutMs = options.timeoutSeconds === undefined ? undefined : options.timeoutSeconds * 1_000;
    if (!options.follow)
        return (await job.wait({ timeoutMs }));
    const teller = new EventTeller(session);
    const late = new AbortController();
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => late.abort(), timeoutMs);
    try {
        for await (const event of job.events({ signal: late.signal }))
            teller.tell(event);
    }
    catch (error) {
        if (late.signal.aborted)
            throw new WaitTimeoutError((await job.get()), timeoutMs ?? 0);
        throw error;
    }
    finally {
        clearTimeout(timer);
        teller.end();
    }
    return (await job.get());
}
/** Events as lines: of JSON to standard output if that was asked for, else of text beside it, with a bar where one can be drawn. */
class EventTeller {
    session;
    barIsOpen = false;
    constructor(session) {
        this.session = session;
    }
    tell(event) {
        const { output, io } = this.session;
        if (output.format === 'jsonl') {
            output.line(event);
            return;
        }
        const { eventType, at, payload } = event;
        const percent = payload['progress'];
        if (io.isTerminal.err && eventType === 'progress' && typeof percent === 'number') {
            this.barIsOpen = true;
            io.err(`\r\u001b[K${bar(percent)}${typeof payload['step'] === 'string' ? ` ${payload['step']}` : ''}`);
            return;
        }
        this.end();
        const facts = Object.keys(payload).length === 0 ? '' : `  ${JSON.stringify(payload)}`;
        output.note(`${at.slice(11, 19)}  ${eventType}${facts}`);
    }
    end() {
        if (this.barIsOpen)
            this.session.io.err('\n');
        this.barIsOpen = false;
    }
}
export function bar(percent) {
    const full = Math.round((percent / 100) * BAR);
    return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ${percent.toFixed(0).padStart(3)}%`;
}
//# sourceMappingURL=follow.js.map