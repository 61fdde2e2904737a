import { VIDEO_DEFINITION } from '../../application/ports/history-store.js';
import { isFinished } from '../../domain/job.js';
export class MemoryHistoryStore {
    state;
    constructor(state) {
        this.state = state;
    }
    prune({ leadership, endedBefore, limit }) {
        if (!this.state.leads(leadership))
            return Promise.resolve({ outcome: 'superseded' });
        const over = [...this.state.jobs.values()].flatMap((job) => {
            const before = isFinished(job) ? endedBefore[job.status] : undefined;
            return isFinished(job) && before !== undefined && job.finishedAt < before ? [job] : [];
        });
        const going = over.sort((a, b) => a.finishedAt.getTime() - b.finishedAt.getTime()).slice(0, limit);
        for (const job of going)
            this.state.remove(job);
        return Promise.resolve({ outcome: 'pruned', jobs: going.length });
    }
    namedFiles(names) {
        const named = new Set([...this.state.jobs.values()].flatMap(filesOf));
        return Promise.resolve(new Set(names.filter((name) => named.has(name))));
    }
}
function filesOf(job) {
    if (job.definitionKey !== VIDEO_DEFINITION)
        return [];
    const result = isFinished(job) ? job.result : null;
    const { outputPath } = (result ?? {});
    const paths = [job.params['inputPath'], outputPath].filter((path) => typeof path === 'string');
    return paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
}
//# sourceMappingURL=memory-history-store.js.map