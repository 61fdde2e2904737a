import { MAX_RUN_LOG_BYTES } from '../../domain/job-log.js';
export class MemoryLogStore {
    state;
    constructor(state) {
        this.state = state;
    }
    append(runs) {
        for (const lines of runs)
            this.appendRun(lines);
        return Promise.resolve();
    }
    appendRun({ jobId, run, lines, dropped }) {
        const log = this.state.logs.get(jobId) ?? { lastId: 0, lines: [], runs: new Map() };
        this.state.logs.set(jobId, log);
        const account = log.runs.get(run) ?? { bytes: 0, dropped: 0 };
        log.runs.set(run, account);
        account.dropped += dropped;
        for (const line of lines) {
            log.lines.push({ ...structuredClone(line), id: (log.lastId += 1), run });
            account.bytes += line.bytes;
        }
        if (account.bytes <= MAX_RUN_LOG_BYTES)
            return;
        log.lines = log.lines.filter((line) => {
            if (line.run !== run || account.bytes <= MAX_RUN_LOG_BYTES)
                return true;
            account.bytes -= line.bytes;
            account.dropped += 1;
            return false;
        });
    }
}
//# sourceMappingURL=memory-log-store.js.map