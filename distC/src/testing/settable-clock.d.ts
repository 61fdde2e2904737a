import type { Clock } from '../application/ports/clock.js';
import type { Timers } from '../application/ports/timers.js';
/** A clock that only the test moves; both its hands go together, and what was to happen on the way happens as it passes. */
export declare class SettableClock implements Clock, Timers {
    private nowMs;
    private readonly startMs;
    private readonly timers;
    constructor(nowMs?: number);
    now(): Date;
    monotonicMs(): number;
    /** The instant `ms` milliseconds from now. */
    in(ms: number): Date;
    after(ms: number, act: () => void): () => void;
    /** Moves on by `ms` milliseconds; each timer on the way fires at its own time, those of one instant in the order they were set. */
    advance(ms: number): Date;
    /** Milliseconds until the next timer fires; `Infinity` when none is set. */
    untilNextTimerMs(): number;
    private next;
}
