const JUMP_MS = 1_000;
const MEASURE_EVERY_MS = 30_000;
/**
 * The wall clock of this machine, which all processes on one file share, carried on over the monotonic clock.
 *
 * Adjusted by itself each 30 s. When the wall clock was stepped, or the machine slept, it follows at once and says so: other
 * processes may not have renewed their leases by the new time yet.
 */
export class SqliteClock {
    onJump;
    wallMs;
    steadyMs;
    offsetMs;
    measuredAtMs;
    constructor(onJump, wallMs = Date.now, steadyMs = () => performance.now()) {
        this.onJump = onJump;
        this.wallMs = wallMs;
        this.steadyMs = steadyMs;
        this.measuredAtMs = steadyMs();
        this.offsetMs = wallMs() - this.measuredAtMs;
    }
    now() {
        const steadyMs = this.steadyMs();
        const offsetMs = this.wallMs() - steadyMs;
        const jumped = Math.abs(offsetMs - this.offsetMs) > JUMP_MS;
        if (jumped || steadyMs - this.measuredAtMs >= MEASURE_EVERY_MS) {
            this.offsetMs = offsetMs;
            this.measuredAtMs = steadyMs;
        }
        if (jumped)
            this.onJump();
        return new Date(Math.floor(steadyMs + this.offsetMs));
    }
    monotonicMs() {
        return this.steadyMs();
    }
}
//# sourceMappingURL=sqlite-clock.js.map