import { readFileSync, writeFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
/** Steps below the worker. */
const NICE = 5;
/** The system takes one such wish in a tenth of a second from those that are not root. */
const RETRY_MS = 150;
const TRIES = 20;
/**
 * Lets the worker, its API and its heartbeat come before this process whenever they have something to do.
 *
 * An isolate has a session of its own, and with autogroups (`sched_autogroup`, sched(7)) a priority counts within a session
 * only: that of the session must be set too.
 */
export function yieldProcessor(pid) {
    try {
        setPriority(pid, below(getPriority()));
    }
    catch {
        // Gone already, or not allowed: it runs as any other process.
    }
    yieldGroup(pid, TRIES);
}
function yieldGroup(pid, tries) {
    try {
        const own = /nice (-?\d+)/.exec(readFileSync('/proc/self/autogroup', 'latin1'))?.[1];
        writeFileSync(`/proc/${pid}/autogroup`, String(below(Number(own ?? 0))), { flag: 'r+' });
    }
    catch (error) {
        if (error.code !== 'EAGAIN' || tries <= 1)
            return;
        setTimeout(() => {
            yieldGroup(pid, tries - 1);
        }, RETRY_MS).unref();
    }
}
function below(nice) {
    return Math.min(nice + NICE, constants.priority.PRIORITY_LOW);
}
//# sourceMappingURL=yield-processor.js.map