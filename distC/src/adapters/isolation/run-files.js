import { JobServerError } from '../../domain/errors.js';
/**
 * The worker's side of the files of one run: does what its isolate asks for, so that no isolate needs the keys of a store, and ends
 * all of it with the run, however that ends.
 */
export class RunFiles {
    files;
    workspace = null;
    over = false;
    constructor(files) {
        this.files = files;
    }
    /** Never rejects. */
    async answer({ verb, path }) {
        if (verb === 'close') {
            await this.closeWorkspace();
            return { value: null };
        }
        if (this.over)
            return { error: 'the run is over', code: null };
        this.workspace ??= this.files.workspace();
        try {
            return { value: (await this.workspace[verb](path)) ?? null };
        }
        catch (error) {
            const code = error instanceof JobServerError ? error.code : null;
            return { error: error instanceof Error ? error.message : String(error), code };
        }
    }
    /** For the end of the run. Never rejects. */
    async close() {
        this.over = true;
        await this.closeWorkspace();
    }
    async closeWorkspace() {
        await this.workspace?.close();
    }
}
//# sourceMappingURL=run-files.js.map