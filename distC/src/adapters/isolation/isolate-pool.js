import { availableParallelism } from 'node:os';
import { Guard } from './guard.js';
import { Isolate } from './isolate.js';
import { Lane } from './lane.js';
import { SpareProcessors } from './spare-processors.js';
/** More would only share the same processors, and each would start later. */
const MAX_STARTING = availableParallelism();
/** So long somebody waits for one that comes back: a start takes the time of hundreds of short runs. */
const PATIENCE_MS = 100;
/** While they come back there is at most one more in this time, and none on a busy machine. */
const GROWTH_MS = 1_000;
/** Nobody waits longer than this for others' short runs. */
const LIMIT_MS = 500;
/**
 * Warm isolates, kept by the heap limit that they were started with; made when they are needed, gone when they are not, but for
 * one spare.
 *
 * Who waits takes whichever is free first, a new one or one that comes back. Others start when none has come back for a moment, as
 * many at once as there are processors; while they do come back, their number grows slowly. So a burst of short jobs is served by
 * few isolates, and a burst of long ones starts as quickly as the machine can.
 *
 * Brief runs wait for each other inside an isolate (`Lane`), which spares both processes a word and a sleep for each of them.
 */
export class IsolatePool {
    options;
    idle = new Map();
    timers = new Map();
    lanes = new Map();
    /** Those of one limit get their turns in this order. */
    waiting = [];
    starting = 0;
    /** Monotonic, as the one below: when one was last free for the next run, and when one was last started. */
    lastReturn = 0;
    lastStart = 0;
    /** Of this limit the last one stays, however long it waits for work. */
    spareLimitMb = null;
    timer = null;
    isClosing = false;
    hasSpareProcessor;
    guard;
    constructor(options) {
        this.options = options;
        this.guard = new Guard(options.nodeArguments);
        const processors = new SpareProcessors();
        this.hasSpareProcessor = options.hasSpareProcessor ?? (() => processors.any());
    }
    /** Starts one before anybody asks, and keeps one: the first job after a pause need not wait for a process to load. */
    keepSpare(memoryLimitMb) {
        this.spareLimitMb = memoryLimitMb;
        this.start(memoryLimitMb);
    }
    /** Runs that were submitted and have not begun, as far as is known here; those inside isolates, too. */
    get waitingRuns() {
        let inside = 0;
        for (const { size } of this.lanes.values())
            inside += Math.max(0, size - 1);
        return this.waiting.length + inside;
    }
    /** Gives an isolate to whoever asks, at once or later. It is theirs until they release or retire it, or it is gone. */
    submit(turn) {
        const { memoryLimitMb } = turn;
        const first = !this.waiting.some((other) => other.turn.memoryLimitMb === memoryLimitMb);
        if (first && this.place(turn))
            return;
        this.waiting.push({ turn, since: performance.now() });
        if (this.hasAny(memoryLimitMb))
            this.lookAgain();
        else
            this.startForWaiting();
    }
    /** Whether a turn that has not come yet is certain not to come any more: false when its run has begun, as will be heard. */
    withdraw(turn) {
        const index = this.waiting.findIndex((other) => other.turn === turn);
        if (index >= 0) {
            this.waiting.splice(index, 1);
            return true;
        }
        const lane = [...this.lanes.values()].find((one) => one.has(turn));
        const back = lane?.takeBack() ?? [];
        this.placeAgain(back.filter((other) => other !== turn));
        return back.includes(turn);
    }
    /**
     * Keeps an isolate from going on to those who wait inside it; they get their turns elsewhere.
     *
     * @returns whether it has gone on already, so that the run that was known to be in it is over, as will be heard.
     */
    hold(isolate) {
        const lane = this.lanes.get(isolate);
        if (lane === undefined)
            return false;
        this.placeAgain(lane.hold());
        return lane.size > 1;
    }
    /** Of an isolate that is gone: whether the run that was known to be in it had begun there. */
    hadBegun(isolate) {
        return this.lanes.get(isolate)?.hadBegun() ?? true;
    }
    /** Takes back an isolate in which nothing is left running of the run that was known to be in it. */
    release(isolate) {
        const lane = this.lanes.get(isolate);
        if (lane === undefined)
            return;
        this.lastReturn = performance.now();
        const isWorn = isolate.runs >= this.options.maxRuns || this.hasGrown(isolate);
        const back = isWorn ? lane.takeBack() : [];
        if (lane.goOn()) {
            isolate.runs += 1;
            if (!isWorn)
                this.fill(lane);
        }
        else if (isWorn)
            this.retire(isolate);
        else if (!isolate.hasExited)
            this.offer(lane);
        this.placeAgain(back);
    }
    /** Ends an isolate and everything in its group. */
    retire(isolate) {
        this.forget(isolate);
        isolate.signal('SIGKILL');
        this.placeAgain(this.lanes.get(isolate)?.stop() ?? []);
    }
    /** All isolates are killed by a process apart unless this is said again in time, even if this process hangs or is killed. */
    keepFor(ms) {
        this.guard.keep(ms);
    }
    /** Ends every isolate; resolves when they are gone. */
    async close() {
        this.isClosing = true;
        this.waiting.length = 0;
        if (this.timer !== null)
            clearTimeout(this.timer);
        const isolates = [...this.lanes.keys()];
        for (const isolate of isolates) {
            // Whoever waits for the end must not be left without anything to wait for.
            isolate.setIdle(false);
            this.retire(isolate);
        }
        await Promise.all(isolates.map(({ gone }) => gone));
        this.guard.close();
    }
    /** Finds an isolate that is idle, or one that is busy with brief runs for one more. */
    place(turn) {
        let warm = this.idle.get(turn.memoryLimitMb)?.pop();
        while (warm?.hasExited === true)
            warm = this.idle.get(turn.memoryLimitMb)?.pop();
        const lane = warm === undefined ? this.laneFor(turn) : this.lanes.get(warm);
        if (lane === undefined)
            return false;
        if (warm !== undefined)
            this.lend(warm);
        lane.hand(turn);
        return true;
    }
    laneFor(turn) {
        if (!turn.isBrief())
            return undefined;
        return [...this.lanes.values()]
            .filter(({ isolate, takesMore }) => takesMore && isolate.memoryLimitMb === turn.memoryLimitMb)
            .reduce((least, lane) => (lane.size < (least?.size ?? Infinity) ? lane : least), undefined);
    }
    /** They come before all others: they have waited already. */
    placeAgain(turns) {
        if (turns.length === 0 || this.isClosing)
            return;
        const unplaced = turns.filter((turn) => !this.place(turn));
        const since = performance.now();
        this.waiting.unshift(...unplaced.map((turn) => ({ turn, since })));
        this.startForWaiting();
    }
    /** As many as wait first and may wait inside instead. */
    fill(lane) {
        if (!lane.runsDry)
            return;
        while (lane.takesMore) {
            const index = this.firstWaiting(lane);
            if (this.waiting[index]?.turn.isBrief() !== true)
                return;
            this.handWaiting(index, lane);
        }
    }
    firstWaiting({ isolate }) {
        return this.waiting.findIndex(({ turn }) => turn.memoryLimitMb === isolate.memoryLimitMb);
    }
    handWaiting(index, lane) {
        for (const { turn } of this.waiting.splice(index, 1))
            lane.hand(turn);
    }
    lend(isolate) {
        clearTimeout(this.timers.get(isolate));
        this.timers.delete(isolate);
        isolate.setIdle(false);
        isolate.runs += 1;
    }
    /** Gives an isolate to who waits for one like it, else keeps it for a while. */
    offer(lane) {
        const { isolate } = lane;
        const index = this.firstWaiting(lane);
        if (index >= 0) {
            this.lend(isolate);
            this.handWaiting(index, lane);
            this.fill(lane);
            return;
        }
        isolate.listen();
        isolate.setIdle(true);
        const kept = this.idle.get(isolate.memoryLimitMb) ?? [];
        kept.push(isolate);
        this.idle.set(isolate.memoryLimitMb, kept);
        this.retireWhenUnused(isolate);
    }
    retireWhenUnused(isolate) {
        const timer = setTimeout(() => {
            const last = this.idle.get(isolate.memoryLimitMb)?.length === 1;
            if (last && isolate.memoryLimitMb === this.spareLimitMb)
                this.retireWhenUnused(isolate);
            else
                this.retire(isolate);
        }, this.options.idleMs);
        timer.unref();
        this.timers.set(isolate, timer);
    }
    startForWaiting() {
        // Those that start already are meant for the first who wait.
        for (const { turn, since } of this.waiting.slice(this.starting, MAX_STARTING)) {
            const { memoryLimitMb } = turn;
            if (!this.hasAny(memoryLimitMb) || this.isWorthStarting(since)) {
                this.start(memoryLimitMb);
                // A fork holds up the event loop for tens of milliseconds on a busy machine: never for two at once.
                setImmediate(() => {
                    this.startForWaiting();
                });
                return;
            }
            this.lookAgain();
        }
    }
    isWorthStarting(since) {
        const now = performance.now();
        if (now - since < PATIENCE_MS)
            return false;
        if (now - this.lastReturn >= PATIENCE_MS || now - since >= LIMIT_MS)
            return true;
        return now - this.lastStart >= GROWTH_MS && this.hasSpareProcessor();
    }
    lookAgain() {
        this.timer ??= setTimeout(() => {
            // After what has arrived meanwhile: a process that was held up would think that nobody has come back.
            setImmediate(() => {
                this.timer = null;
                this.startForWaiting();
            });
        }, PATIENCE_MS);
    }
    hasAny(memoryLimitMb) {
        return [...this.lanes.keys()].some((isolate) => isolate.memoryLimitMb === memoryLimitMb);
    }
    start(memoryLimitMb) {
        const isolate = new Isolate({ ...this.options, memoryLimitMb });
        const lane = new Lane(isolate, (waiting) => {
            this.placeAgain(waiting);
        });
        this.lanes.set(isolate, lane);
        this.lastStart = performance.now();
        this.starting += 1;
        if (isolate.group > 0)
            this.guard.watch(isolate.group);
        let started = false;
        const begin = () => {
            if (started)
                return;
            started = true;
            this.starting -= 1;
            this.lastReturn = performance.now();
            this.offer(lane);
            this.startForWaiting();
        };
        isolate.listen({
            message: ({ type }) => {
                if (type === 'ready')
                    begin();
            },
            output: () => undefined,
        });
        void isolate.gone.then(() => {
            // Whoever gets it learns from its end why it could not start.
            begin();
            this.forget(isolate);
            this.lanes.delete(isolate);
            this.placeAgain(lane.stop());
            // Nobody has heard that these have begun, nor will anybody hear how they ended.
            while (lane.goOn())
                ;
            isolate.tickets?.close();
            if (isolate.group > 0)
                this.guard.forget(isolate.group);
        });
    }
    /** No longer handed out. */
    forget(isolate) {
        clearTimeout(this.timers.get(isolate));
        this.timers.delete(isolate);
        const kept = this.idle.get(isolate.memoryLimitMb) ?? [];
        const index = kept.indexOf(isolate);
        if (index >= 0)
            kept.splice(index, 1);
    }
    /** Half of its limit while it does nothing: the next run may not find enough. */
    hasGrown(isolate) {
        return isolate.residentBytes > (BASE_MB + isolate.memoryLimitMb / 2) * MIB;
    }
}
const MIB = 1024 * 1024;
/** What an isolate takes before any handler has run. */
export const BASE_MB = 128;
//# sourceMappingURL=isolate-pool.js.map