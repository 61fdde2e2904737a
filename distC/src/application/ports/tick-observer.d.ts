import type { Tick } from '../../domain/schedule.js';
/** Told of every slot that this process has decided, after the commit; must not throw. */
export interface TickObserver {
    ticked(ticks: readonly Tick[]): void;
}
export declare const ignoredTicks: TickObserver;
