import { claimOrder, isFinished } from '../../domain/job.js';
import { refOf } from '../../domain/job-definition.js';
import { refOfJob } from './memory-state.js';
export class MemoryLiveQueries {
    state;
    constructor(state) {
        this.state = state;
    }
    heads(jobIds) {
        const heads = jobIds.flatMap((id) => {
            const job = this.state.jobs.get(id);
            return job === undefined || isFinished(job) ? [] : [[id, this.state.events.get(id)?.length ?? 0]];
        });
        return Promise.resolve(new Map(heads));
    }
    eventsAfter(places, limit) {
        return Promise.resolve(places.map(({ jobId, after }) => (this.state.events.get(jobId) ?? []).slice(after, after + limit)));
    }
}
export class MemoryQueueQueries {
    state;
    constructor(state) {
        this.state = state;
    }
    activity() {
        const counts = new Map();
        for (const { definitionKey: key, definitionVersion: version, lease } of this.active()) {
            const { incarnation } = lease;
            const name = `${refOf({ key, version })} ${incarnation}`;
            counts.set(name, { key, version, incarnation, jobs: (counts.get(name)?.jobs ?? 0) + 1 });
        }
        return Promise.resolve([...counts.values()]);
    }
    holders(definition, limit) {
        const ids = this.active().flatMap((job) => (refOfJob(job) === refOf(definition) ? [job.id] : []));
        return Promise.resolve(ids.sort().slice(0, limit));
    }
    ahead(job, definitions, dueBy, max) {
        return Promise.resolve(definitions.map((definition) => {
            const before = this.state
                .queue(definition)
                .filter((other) => other.id !== job.id && other.runAt <= dueBy && claimOrder(other, job) < 0);
            return Math.min(max, before.length);
        }));
    }
    recentRunMs(definition, limit) {
        const ended = [...this.state.jobs.values()].flatMap((job) => isFinished(job) && refOfJob(job) === refOf(definition) && job.status !== 'cancelled' ? [job] : []);
        const times = ended
            .sort((a, b) => (a.id < b.id ? 1 : -1))
            .slice(0, limit)
            .flatMap(({ startedAt, finishedAt }) => startedAt === null ? [] : [finishedAt.getTime() - startedAt.getTime()]);
        return Promise.resolve(times);
    }
    active() {
        return this.state.activeIds().flatMap((id) => {
            const job = this.state.jobs.get(id);
            return job !== undefined && 'lease' in job ? [job] : [];
        });
    }
}
//# sourceMappingURL=memory-live-queries.js.map