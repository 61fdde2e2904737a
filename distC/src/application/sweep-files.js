/** An upload is kept before its job is, an output appears before its job has ended: younger files may be named any moment. */
const MIN_AGE_MS = 86_400_000;
const BATCH = 500;
/**
 * Removes files of the data directory that no job names: those of jobs that retention removed, uploads whose job was never
 * accepted, and what was never finished. Safe in any number of processes at once; each cares for the directory that it sees.
 */
export class SweepFiles {
    files;
    history;
    clock;
    constructor(files, history, clock) {
        this.files = files;
        this.history = history;
        this.clock = clock;
    }
    /** @returns how many kept files were removed. */
    async execute() {
        await this.files.removeUnfinished();
        let removed = 0;
        let batch = [];
        for await (const path of this.files.untouchedSince(new Date(this.clock.now().getTime() - MIN_AGE_MS))) {
            batch.push(path);
            if (batch.length < BATCH)
                continue;
            removed += await this.removeUnnamed(batch);
            batch = [];
        }
        return removed + (await this.removeUnnamed(batch));
    }
    async removeUnnamed(paths) {
        if (paths.length === 0)
            return 0;
        const named = await this.history.namedFiles(paths.map(fileName));
        const unnamed = paths.filter((path) => !named.has(fileName(path)));
        for (const path of unnamed)
            await this.files.remove(path);
        return unnamed.length;
    }
}
function fileName(path) {
    return path.slice(path.lastIndexOf('/') + 1);
}
//# sourceMappingURL=sweep-files.js.map