import { newJob } from '../../src/domain/job.js';
import { aDefinition, aRequest, aWorker, outcomeOf } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { sequentialIds } from '../support/ids.js';
/** Leases long enough that no slow machine loses one by itself; tests expire them with `expireLeases`. */
export const TTL_MS = 600_000;
export const WORK = { key: 'work', version: 1 };
/** One open store and short names for what every case does with it. */
export class World {
    clock = new FakeClock();
    newId = sequentialIds();
    stores;
    leaseOffsetMs = 0;
    async open(harness) {
        this.stores = await harness.open({ clock: this.clock, leaseOffsetMs: () => this.leaseOffsetMs });
    }
    get now() {
        return this.clock.now();
    }
    /** Every lease that was given until now has run out. */
    expireLeases() {
        this.passLeaseTime(TTL_MS + 1);
    }
    /** Moves the clock by which leases are judged, and no other. */
    passLeaseTime(ms) {
        this.leaseOffsetMs += ms;
    }
    /** A leadership that holds, of some name of its own. */
    async leadership() {
        const candidate = { name: this.newId(), holder: this.newId() };
        const leadership = await this.stores.leaders.acquire(candidate, TTL_MS);
        if (leadership === null)
            throw new Error('somebody else leads');
        return leadership;
    }
    async publish(...definitions) {
        await this.stores.definitions.publish(definitions.map((facts) => aDefinition(facts)));
    }
    newJob(facts = {}) {
        return newJob(aRequest(facts), this.newId(), this.now);
    }
    /** A job as it is kept when it has just been accepted. */
    jobOf(facts, id) {
        const { idempotency: _idempotency, ...job } = newJob(aRequest(facts), id, this.now);
        return job;
    }
    /** Inserts a job for each; answers their ids. */
    async insert(...requests) {
        const answers = await this.stores.jobs.insert(requests.map((facts) => this.newJob(facts)));
        return answers.map((answer) => insertedJob(answer).id);
    }
    /** Registers a living worker; answers its incarnation. */
    async worker(facts = {}) {
        const incarnation = facts.incarnation ?? this.newId();
        await this.stores.workers.register(aWorker({ ...facts, incarnation }), TTL_MS);
        return incarnation;
    }
    async claim(incarnation, limit = 10, definitions = [WORK]) {
        return (await this.ask(incarnation, limit, definitions)).jobs;
    }
    /** A claim whose whole answer matters; asks again while others are in the way. */
    async ask(incarnation, limit = 10, definitions = [WORK], stores = this.stores) {
        for (;;) {
            const answer = await stores.jobs.claim({ incarnation, limit, now: this.now, definitions });
            if (answer.jobs.length > 0 || !answer.contended)
                return answer;
            await new Promise((resolve) => setTimeout(resolve, 2));
        }
    }
    /** One job of a published `work@1`, claimed by a fresh worker. */
    async running(facts = {}) {
        await this.publish({});
        const [id] = await this.insert(facts);
        const [job] = await this.claim(await this.worker(), 1);
        if (job === undefined || job.id !== id)
            throw new Error('the job was not claimed');
        return job;
    }
    /** A job of a published `work@1` that failed for good; answers its id and that of its dead letter. */
    async failed(facts = {}, error = 'no more') {
        const job = await this.running(facts);
        const letterId = this.newId();
        await this.settle(job, outcomeOf.dead(job, letterId, error));
        return { jobId: job.id, letterId };
    }
    /** Retries each; answers what `JobStore.retry` does. */
    async retry(...jobIds) {
        const retries = jobIds.map((jobId) => ({ jobId, newJobId: this.newId(), maxAttempts: null }));
        return this.stores.jobs.retry(retries, this.now);
    }
    async settle(job, outcome) {
        const [answer] = await this.stores.jobs.settle([{ lease: job.lease, outcome }], this.now);
        return answer;
    }
    async succeed(...jobs) {
        const settlements = jobs.map((job) => ({ lease: job.lease, outcome: outcomeOf.succeeded(job) }));
        return this.stores.jobs.settle(settlements, this.now);
    }
    /** Everything that can be read of a job: two equal answers mean that nothing has changed. */
    async everythingOf(id) {
        const { queries } = this.stores;
        const [attempts, dead] = await Promise.all([queries.attempts(id), queries.deadLetterOf(id)]);
        return { job: await this.job(id), events: await this.events(id), attempts, dead };
    }
    async job(id) {
        const record = await this.stores.queries.get(id ?? '');
        if (record === null)
            throw new Error(`there is no job ${id ?? ''}`);
        return record.job;
    }
    async events(id) {
        return (await this.stores.queries.events(id, 0, 20_000)) ?? [];
    }
    async eventTypes(id) {
        return (await this.events(id)).map(({ type }) => type);
    }
    async statuses(ids) {
        return Promise.all(ids.map(async (id) => (await this.job(id)).status));
    }
}
export function insertedJob(answer) {
    if (answer?.outcome === 'inserted' || answer?.outcome === 'duplicate')
        return answer.job;
    throw new Error(`no job was inserted: ${JSON.stringify(answer)}`);
}
//# sourceMappingURL=world.js.map