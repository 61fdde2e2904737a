import { Loop } from '../adapters/worker/loop.js';
const HOUR_MS = 3_600_000;
/** Removes each hour what no job names any more from the data directory of this process. */
export class FileSweep {
    sweepFiles;
    logger;
    loop = new Loop(() => this.sweep());
    constructor(sweepFiles, logger) {
        this.sweepFiles = sweepFiles;
        this.logger = logger;
    }
    start() {
        this.loop.start();
    }
    stop() {
        return this.loop.stop();
    }
    /** One round; answers the milliseconds until the next. Never throws. */
    async sweep() {
        try {
            const files = await this.sweepFiles.execute();
            if (files > 0)
                this.logger.info('removed files that no job names', { files });
        }
        catch (error) {
            this.logger.warn('could not look for files that no job names', { error: String(error) });
        }
        return HOUR_MS;
    }
}
//# sourceMappingURL=file-sweep.js.map