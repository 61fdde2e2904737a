/** Changes gathered for a while: of each job the last status that was told, and never more jobs and schedules than can be named. */
export class ChangeSet {
    maxNamed;
    jobs = new Map();
    definitions = new Set();
    schedules = new Set();
    more = false;
    constructor(maxNamed) {
        this.maxNamed = maxNamed;
    }
    add({ jobs, definitions, schedules, more }) {
        for (const { jobId, status } of jobs) {
            const known = this.jobs.get(jobId);
            if (known !== undefined || this.hasRoom)
                this.jobs.set(jobId, { jobId, status: status ?? known?.status ?? null });
            else
                this.more = true;
        }
        for (const key of definitions)
            this.definitions.add(key);
        for (const id of schedules)
            if (this.schedules.has(id) || this.hasRoom)
                this.schedules.add(id);
            else
                this.more = true;
        this.more ||= more;
    }
    get isEmpty() {
        const named = this.jobs.size + this.definitions.size + this.schedules.size;
        return named === 0 && !this.more;
    }
    /** Everything that was added since it was last taken. */
    take() {
        const taken = {
            jobs: [...this.jobs.values()],
            definitions: [...this.definitions],
            schedules: [...this.schedules],
            more: this.more,
        };
        this.jobs = new Map();
        this.definitions = new Set();
        this.schedules = new Set();
        this.more = false;
        return taken;
    }
    get hasRoom() {
        return this.jobs.size + this.schedules.size < this.maxNamed;
    }
}
//# sourceMappingURL=change-set.js.map