import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './sqlite-errors.js';
const MAX_DELAY_MS = 10;
/**
 * Repeats synchronous work while another connection holds the lock, without blocking the event loop in between.
 *
 * @param deadline of `performance.now()`; after it the last error is thrown.
 */
export async function retryWhileBusy(work, deadline) {
    for (let delayMs = 1;; delayMs = Math.min(MAX_DELAY_MS, delayMs * 2)) {
        try {
            return work();
        }
        catch (error) {
            if (!isBusy(error) || performance.now() + delayMs > deadline)
                throw error;
        }
        await sleep(delayMs * (0.5 + Math.random() / 2));
    }
}
//# sourceMappingURL=retry-while-busy.js.map