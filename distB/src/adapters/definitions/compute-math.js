import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { defineJob } from '../../application/default-registry.js';
import { PermanentError } from '../../domain/handler-signals.js';
const MAX_NUMBERS = 1_000;
/** Some 4 billion calls. */
const MAX_FIBONACCI = 45;
/** Computes without a pause below this: about a millisecond. */
const PLAIN_FIBONACCI = 24;
const PLAIN_DIVISORS = 100_000;
const TURN_MS = 5;
const params = z
    .object({
    operation: z.enum(['sum', 'product', 'fibonacci', 'prime']),
    numbers: z.array(z.number()).min(1).max(MAX_NUMBERS),
})
    .superRefine(({ operation, numbers }, context) => {
    const [first = 0] = numbers;
    const complain = (message) => {
        context.addIssue({ code: 'custom', path: ['numbers', 0], message });
    };
    if (operation === 'fibonacci' && !(Number.isInteger(first) && first >= 0 && first <= MAX_FIBONACCI))
        complain(`fibonacci takes an integer, 0–${MAX_FIBONACCI}`);
    if (operation === 'prime' && !Number.isSafeInteger(first))
        complain('prime takes an integer');
});
/** Arithmetic that takes real processor time; fibonacci and prime look at the first number. */
export const computeMath = defineJob({
    key: 'compute.math',
    version: 1,
    params,
    async run({ operation, numbers }, ctx) {
        const [first = 0] = numbers;
        const turns = new Turns(ctx.abortSignal);
        const result = await {
            sum: () => finite(numbers.reduce((sum, number) => sum + number, 0)),
            product: () => finite(numbers.reduce((product, number) => product * number, 1)),
            fibonacci: () => fibonacci(first, turns),
            prime: async () => ((await isPrime(first, turns)) ? 1 : 0),
        }[operation]();
        await ctx.emitEvent('result', { operation, result, input: numbers });
        return result;
    },
});
function finite(result) {
    if (!Number.isFinite(result))
        throw new PermanentError('the result is larger than any number that JSON holds');
    return result;
}
/** Gives way to the event loop every few milliseconds, so that a computation stalls nothing and can be aborted. */
class Turns {
    signal;
    since = performance.now();
    constructor(signal) {
        this.signal = signal;
    }
    async pause() {
        if (performance.now() - this.since < TURN_MS)
            return;
        await nextTurn();
        this.signal.throwIfAborted();
        this.since = performance.now();
    }
}
async function fibonacci(n, turns) {
    if (n <= PLAIN_FIBONACCI) {
        await turns.pause();
        return plainFibonacci(n);
    }
    return (await fibonacci(n - 1, turns)) + (await fibonacci(n - 2, turns));
}
function plainFibonacci(n) {
    return n < 2 ? n : plainFibonacci(n - 1) + plainFibonacci(n - 2);
}
async function isPrime(n, turns) {
    if (n < 4)
        return n >= 2;
    if (n % 2 === 0)
        return false;
    const last = Math.floor(Math.sqrt(n));
    for (let from = 3; from <= last; from += 2 * PLAIN_DIVISORS) {
        await turns.pause();
        const to = Math.min(last, from + 2 * PLAIN_DIVISORS - 2);
        for (let divisor = from; divisor <= to; divisor += 2)
            if (n % divisor === 0)
                return false;
    }
    return true;
}
//# sourceMappingURL=compute-math.js.map