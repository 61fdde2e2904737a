import { fork } from 'node:child_process';
import { OutputLines } from './output-lines.js';
import { sampleProcess } from './process-usage.js';
import { RunOrder } from './run-order.js';
import { Tickets } from './tickets.js';
import { yieldProcessor } from './yield-processor.js';
const NOBODY = { message: () => undefined, output: () => undefined };
const STDERR_KEPT = 4_000;
/** Longest wait for the output of a process that has ended. */
const OUTPUT_MS = 100;
/** One child process with a heap limit and a process group of its own; at most one run at a time is in it. */
export class Isolate {
    memoryLimitMb;
    /** Resolves when the process is gone; whatever it started in its group is killed with it. */
    gone;
    runs = 0;
    /** Processor time of its whole life, as it last said itself. */
    cpuMs = 0;
    /** After its last run. */
    residentBytes = 0;
    /** It has loaded everything that runs need. */
    isReady = false;
    /** Of runs that wait inside; `null` when none can wait there. */
    tickets = Tickets.create();
    order = new RunOrder();
    outputs;
    child;
    stderr = '';
    exited = false;
    exit = null;
    listener = NOBODY;
    unsent = [];
    constructor({ program, nodeArguments, env, memoryLimitMb }) {
        this.memoryLimitMb = memoryLimitMb;
        this.child = fork(program, [], {
            execArgv: [`--max-old-space-size=${memoryLimitMb}`, ...nodeArguments],
            env,
            // Its own session and group: a Ctrl-C at the terminal is the worker's to handle, and a kill takes everything with it.
            detached: true,
            stdio: ['ignore', 'pipe', 'pipe', 'ipc', ...(this.tickets === null ? [] : [this.tickets.file])],
        });
        this.gone = new Promise((resolve) => {
            const end = (exit) => {
                if (this.exit !== null)
                    return;
                this.exit = exit;
                this.listener.gone?.(exit);
                resolve(exit);
            };
            this.child.once('error', () => {
                if (this.child.pid === undefined)
                    end({ code: null, signal: null, stderr: 'it could not be started' });
            });
            this.child.once('exit', (code, signal) => {
                this.exited = true;
                this.signal('SIGKILL');
                const tell = () => {
                    end({ code, signal, stderr: this.stderr });
                };
                // What it wrote and said last may still be on its way.
                this.child.once('close', () => setImmediate(tell));
                // When this process was held up for as long: one turn to read it and one to hear it.
                setTimeout(() => setImmediate(() => setImmediate(tell)), OUTPUT_MS);
            });
        });
        this.child.on('message', (message) => {
            this.hear(message);
        });
        this.child.on('error', () => undefined);
        this.outputs = [this.read(this.child.stdout, 'stdout'), this.read(this.child.stderr, 'stderr')];
        if (this.child.pid !== undefined)
            yieldProcessor(this.child.pid);
    }
    /** Nothing can begin in it any more, though what it said last may not have been heard yet. */
    get hasExited() {
        return this.exited;
    }
    /** Its process group; 0 when it could not be started. */
    get group() {
        return this.child.pid ?? 0;
    }
    /** Replaces whoever listens; nobody who listened before is kept in memory. */
    listen(listener = NOBODY) {
        this.listener = listener;
        const { exit } = this;
        if (exit !== null)
            queueMicrotask(() => listener.gone?.(exit));
    }
    /** With all others of this tick: each message wakes the isolate. */
    sendRun(run) {
        this.unsent.push(run);
        if (this.unsent.length > 1)
            return;
        process.nextTick(() => {
            this.sendRuns();
        });
    }
    /** After all runs that were sent before. */
    send(message) {
        this.sendRuns();
        this.say(message);
    }
    sendRuns() {
        if (this.unsent.length === 0)
            return;
        const runs = this.unsent;
        this.unsent = [];
        this.say({ type: 'runs', runs });
    }
    say(message) {
        // A channel that is closed means that the process is on its way out: `gone` tells.
        if (this.child.connected)
            this.child.send(message, () => undefined);
    }
    /** Signals the whole group: the process and what its handler started. */
    signal(name) {
        if (this.child.pid === undefined)
            return;
        try {
            process.kill(-this.child.pid, name);
        }
        catch {
            // Nobody is left in it.
        }
    }
    /** Keeps this process from waiting for an idle isolate, or makes it wait again. */
    setIdle(idle) {
        const channel = this.child.channel;
        if (idle) {
            this.child.unref();
            channel?.unref();
        }
        else {
            this.child.ref();
            channel?.ref();
        }
    }
    /** What it uses just now, or `null` where this cannot be told. */
    sample() {
        return this.exited || this.child.pid === undefined ? null : sampleProcess(this.child.pid);
    }
    hear(message) {
        if (message.type === 'ready' || message.type === 'ended')
            this.cpuMs = message.cpuMs;
        if (message.type === 'ready')
            this.isReady = true;
        const tell = () => {
            this.listener.message(message);
        };
        if (message.type !== 'ended') {
            this.order.add('messages', tell);
            return;
        }
        this.residentBytes = message.residentBytes;
        this.order.endOfMessages(tell, message.output === 'none');
        // What it wrote before it said so was ready to be read by then, so it is read in this turn of the event loop.
        if (message.output === 'unmarked')
            setImmediate(() => {
                for (const output of this.outputs)
                    output.end();
            });
    }
    read(stream, name) {
        if (stream === null)
            throw new Error(`an isolate has no ${name}`);
        return new OutputLines(stream, (line) => {
            if (name === 'stderr')
                this.stderr = `${this.stderr}${line}\n`.slice(-STDERR_KEPT);
            this.order.add(name, () => {
                this.listener.output(name, line);
            });
        }, () => {
            this.order.endOfOutput(name);
        });
    }
}
//# sourceMappingURL=isolate.js.map