import { realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
/**
 * The log of a SQLite database, beside its file. What was committed is in it, but outlives a power cut only once the disk
 * has it.
 *
 * Nothing but the log is opened here: closing the database's own file would take SQLite's locks of this process with it.
 */
export class WalFile {
    path;
    file = null;
    /** @param path the database file, which has a connection that stays open: else the log would be removed. */
    constructor(path) {
        this.path = path;
    }
    /** Resolves when everything that was committed before is on the disk; other work goes on meanwhile. */
    async sync() {
        this.file ??= open(`${realpathSync(this.path)}-wal`, 'r+');
        try {
            await (await this.file).datasync();
        }
        catch (error) {
            await this.close();
            throw error;
        }
    }
    async close() {
        const { file } = this;
        this.file = null;
        await file?.then((handle) => handle.close(), () => undefined);
    }
}
//# sourceMappingURL=wal-file.js.map