import { z } from 'zod';
import { defineJob } from '../../application/default-registry.js';
/** Fails at every attempt, to watch retries and dead letters. */
export const failing = defineJob({
    key: 'failing',
    version: 1,
    params: z.object({}),
    run() {
        throw new Error('Intentional failure');
    },
});
//# sourceMappingURL=failing.js.map