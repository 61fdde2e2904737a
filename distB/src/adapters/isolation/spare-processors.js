import { cpus } from 'node:os';
/** A look takes a while on machines with many processors, and their counters move in steps of 10 ms. */
const WINDOW_MS = 50;
/** Of one processor; less is what a busy machine has between two turns. */
const ENOUGH = 0.5;
/**
 * Tells whether the machine has had a processor to spare lately: whether one more process would get work done sooner, or only
 * take its share from those at work.
 */
export class SpareProcessors {
    last = ticks();
    spare = true;
    any() {
        if (performance.now() - this.last.at < WINDOW_MS)
            return this.spare;
        const now = ticks();
        const share = (now.idle - this.last.idle) / Math.max(1, now.all - this.last.all);
        this.spare = share * now.processors >= ENOUGH;
        this.last = now;
        return this.spare;
    }
}
function ticks() {
    const times = cpus().map((cpu) => cpu.times);
    const idle = times.reduce((sum, cpu) => sum + cpu.idle, 0);
    const all = times.reduce((sum, cpu) => sum + cpu.idle + cpu.user + cpu.nice + cpu.sys + cpu.irq, 0);
    return { at: performance.now(), idle, all, processors: times.length };
}
//# sourceMappingURL=spare-processors.js.map