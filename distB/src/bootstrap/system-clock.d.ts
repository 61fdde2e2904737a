import type { Clock } from '../application/ports/clock.js';
/** This machine's clock: for a store that lives in this process. */
export declare const systemClock: Clock;
