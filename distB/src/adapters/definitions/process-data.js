import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineJob } from '../../application/default-registry.js';
import { sleep } from './sleep.js';
const STEP_MS = 500;
const RECORDS_PER_GROUP = 100;
const params = z.object({
    dataset: z.string().min(1).max(255),
    operation: z.enum(['aggregate', 'transform', 'export']),
});
/** A pipeline of waits, as input and output would have; a dataset always has the same number of records. */
export const processData = defineJob({
    key: 'process.data',
    version: 1,
    timeoutSeconds: 1800,
    params,
    async run({ dataset, operation }, ctx) {
        const steps = ['extract', 'validate', operation, 'load'];
        for (const [done, step] of steps.entries()) {
            await ctx.progress((done * 100) / steps.length, step);
            await sleep(STEP_MS, ctx.abortSignal);
        }
        const records = 1_000 + (createHash('sha256').update(dataset).digest().readUInt32BE() % 9_000);
        await ctx.progress(100, 'done');
        return {
            records,
            outputRecords: operation === 'aggregate' ? Math.ceil(records / RECORDS_PER_GROUP) : records,
        };
    },
});
//# sourceMappingURL=process-data.js.map