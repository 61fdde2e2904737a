import { z } from 'zod';
import { defineJob } from '../../application/default-registry.js';
import { sleep } from './sleep.js';
/** Gives its params back after a second. */
export const echo = defineJob({
    key: 'echo',
    version: 1,
    params: z.looseObject({}),
    async run(params, ctx) {
        const { message } = params;
        ctx.logger.info('echo', { message: typeof message === 'string' ? message.slice(0, 200) : null });
        await sleep(1000, ctx.abortSignal);
        return params;
    },
});
//# sourceMappingURL=echo.js.map