import { writeSync } from 'node:fs';
import { ChannelFiles } from './channel-files.js';
import { InlineExecutor } from './inline-executor.js';
import { endMark, TICKETS_FILE } from './messages.js';
import { UsageMeter, WrittenBytes } from './process-usage.js';
import { Tickets } from './tickets.js';
/** Longest wait for what a handler left running to end by itself: a stream that closes, a socket that says goodbye. */
const SETTLE_MS = 5;
/** Files as handlers of this isolate reach them: through its worker. */
export const channelFiles = new ChannelFiles((message) => {
    say(message);
});
/** Runs jobs, one at a time and in order, for the worker at the other end of this process's IPC channel; goes when that worker goes. */
export function serveRuns(registry, options) {
    const runtime = new IsolateRuntime(registry, options);
    process.on('message', (message) => {
        runtime.receive(message);
    });
    // Its whole group: nobody is left to tell what to do with the processes that a handler started.
    process.on('disconnect', () => {
        process.kill(-process.pid, 'SIGKILL');
    });
    // Meant for the processes that a handler started; this one is told by a message and killed if it does not listen.
    process.on('SIGTERM', () => undefined);
    void runtime.ready();
}
class IsolateRuntime {
    executor;
    meter = new UsageMeter();
    written = new WrittenBytes();
    tickets = new Tickets(TICKETS_FILE);
    handed = [];
    /** Taken already; its run is the next one that is not forgotten, and perhaps still on its way. */
    ticket = null;
    current = null;
    /** Perhaps of a run that has not begun yet. */
    aborted = null;
    isServing = false;
    served = 0;
    waiting = new Map();
    emitted = 0;
    constructor(registry, options) {
        this.executor = new InlineExecutor(registry, new ChannelLogger(), {
            ...options,
            onHandlerEnd: ({ onSuccess, onFail, onEnd }) => {
                // Each message wakes a process: none that says nothing new.
                if (this.waiting.size > 0 || [onSuccess, onFail, onEnd].some((hook) => hook !== undefined))
                    say({ type: 'ending' });
            },
        });
    }
    async ready() {
        // Made at their first use: a handler that is the first to print would seem to have left two pipes behind.
        await Promise.all([written(process.stdout), written(process.stderr)]);
        say({ type: 'ready', cpuMs: this.meter.cpuMs });
    }
    receive(message) {
        switch (message.type) {
            case 'runs':
                this.handed.push(...message.runs);
                if (!this.isServing)
                    void this.serveHanded();
                break;
            case 'hooks':
                void this.serve(0, () => this.executor.endHooks(message.job, message.result, this.io()));
                break;
            case 'abort':
                if (this.current?.number === message.number)
                    this.current.execution.abort(message.reason);
                else
                    this.aborted = message;
                break;
            case 'filed':
                channelFiles.hear(message);
                break;
            case 'emitted':
                this.waiting.get(message.number)?.(message.error);
                this.waiting.delete(message.number);
                break;
        }
    }
    async serveHanded() {
        this.isServing = true;
        for (let next = this.next(); next !== null; next = this.next()) {
            const { number, job } = next;
            // After a run that has left something behind nothing is begun here.
            if (!(await this.serve(number, () => this.executor.start(job, this.io()))))
                return;
        }
        this.isServing = false;
    }
    next() {
        for (let next = this.handed.shift(); next !== undefined; next = this.handed.shift()) {
            if (!next.needsTicket)
                return next;
            this.ticket ??= this.tickets.take();
            if (this.ticket === next.number) {
                this.ticket = null;
                return next;
            }
            // The worker has taken its ticket.
        }
        return null;
    }
    /** Answers whether nothing is left of the run, once its end is in the pipes. */
    async serve(number, begin) {
        const before = activeResources();
        this.meter.begin();
        const writtenBefore = this.written.soFar();
        const execution = begin();
        this.current = { number, execution };
        if (this.aborted?.number === number)
            execution.abort(this.aborted.reason);
        const result = await execution.result;
        const clean = await this.leftNothing(execution, before);
        this.current = null;
        const { tookMs, usage, residentBytes } = this.meter.end();
        const output = await this.outputSince(writtenBefore);
        const mayGoOn = clean && output !== 'unmarked';
        const { cpuMs } = this.meter;
        // Nothing that comes after it may keep the worker from hearing it.
        await said({ type: 'ended', result, clean: mayGoOn, output, tookMs, usage, cpuMs, residentBytes });
        return mayGoOn;
    }
    /** Most runs write nothing: to mark their ends would take as long as all the rest of a brief one. */
    async outputSince(before) {
        if (before !== null && this.written.soFar() === before && areWritten(process.stdout, process.stderr))
            return 'none';
        return (await this.markEnd()) ? 'marked' : 'unmarked';
    }
    /** False when the handler has closed a stream. */
    async markEnd() {
        const mark = Buffer.from(`${endMark((this.served += 1))}\n`);
        try {
            for (const stream of [process.stdout, process.stderr]) {
                await written(stream);
                writeSync(stream.fd, mark);
            }
            return true;
        }
        catch {
            return false;
        }
    }
    /** The handler is over and nothing that it began is still running. */
    async leftNothing(execution, before) {
        let released = false;
        void execution.released.then(() => (released = true));
        // A rejection that nobody waits for ends the process in between, as a matter of this run and not of the next.
        await new Promise((resolve) => setImmediate(resolve));
        if (!released)
            return false;
        if (!hasMore(activeResources(), before))
            return true;
        await later(SETTLE_MS);
        return !hasMore(activeResources(), before);
    }
    io() {
        return {
            emit: (event) => new Promise((resolve, reject) => {
                const number = (this.emitted += 1);
                this.waiting.set(number, (error) => {
                    if (error === null)
                        resolve();
                    else
                        reject(new Error(error));
                });
                say({ type: 'emit', number, event });
            }),
            // The logger below sends every line already, and the worker keeps it.
            log: () => undefined,
        };
    }
}
/** Every line goes to the worker, which knows how lines are kept and shown. */
class ChannelLogger {
    debug(message, fields) {
        this.log('debug', message, fields);
    }
    info(message, fields) {
        this.log('info', message, fields);
    }
    warn(message, fields) {
        this.log('warn', message, fields);
    }
    error(message, fields) {
        this.log('error', message, fields);
    }
    child() {
        // The worker adds what identifies the run by itself.
        return this;
    }
    log(level, message, fields) {
        say({ type: 'log', level, message: String(message), fields: plain(fields) });
    }
}
/** What cannot be cloned (functions, sockets) must not cost the line. */
function plain(fields) {
    if (fields instanceof Error)
        return { error: fields.message };
    try {
        return fields === undefined ? undefined : JSON.parse(JSON.stringify(fields));
    }
    catch (error) {
        return { fieldsLost: String(error) };
    }
}
function say(message) {
    // A channel that is closed means that the worker is gone; `disconnect` does the rest.
    if (process.connected)
        process.send?.(message);
}
/** Resolves when the message is in the channel. */
function said(message) {
    return new Promise((resolve) => {
        if (process.connected)
            process.send?.(message, undefined, undefined, () => {
                resolve();
            });
    });
}
const NOTHING = Buffer.alloc(0);
/** Whether nothing waits to be written, and the handler has closed no stream: runs after it could not be told apart. */
function areWritten(...streams) {
    try {
        return streams.every((stream) => stream.writable && stream.writableLength === 0 && writeSync(stream.fd, NOTHING) === 0);
    }
    catch {
        return false;
    }
}
/** Resolves when everything that was written to a stream is in its pipe. */
async function written(stream) {
    if (stream.writable && stream.writableLength > 0)
        await new Promise((resolve) => stream.write('', resolve));
}
/** How many of each kind keep the event loop alive: timers, sockets, processes. */
function activeResources() {
    const counts = new Map();
    for (const kind of process.getActiveResourcesInfo())
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts;
}
function hasMore(now, before) {
    return [...now].some(([kind, count]) => count > (before.get(kind) ?? 0) && kind !== 'Immediate');
}
function later(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
//# sourceMappingURL=isolate-runtime.js.map