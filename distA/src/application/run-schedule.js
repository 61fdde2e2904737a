import { JobServerError } from '../domain/errors.js';
import { jobOfSchedule } from '../domain/firing.js';
import { noSuchSchedule } from './change-schedules.js';
import { isOpen, paramsFault, unknownDefinition } from './job-faults.js';
import { silentTransitions } from './transition-log.js';
/**
 * Makes a job of a schedule by hand, at once: no slot of its own, no tick, whether or not the schedule is enabled, and beside
 * whatever runs of it already. It counts as one of the schedule's jobs for the slots that follow. No limit of the backlog refuses it.
 */
export class RunSchedule {
    schedules;
    definitions;
    registry;
    jobs;
    notifier;
    clock;
    newId;
    log;
    constructor(schedules, definitions, registry, jobs, notifier, clock, newId, log = silentTransitions) {
        this.schedules = schedules;
        this.definitions = definitions;
        this.registry = registry;
        this.jobs = jobs;
        this.notifier = notifier;
        this.clock = clock;
        this.newId = newId;
        this.log = log;
    }
    /** @throws JobServerError `schedule-not-found`, `unknown-definition`, `params-invalid`; StorageUnavailableError. */
    async execute(scheduleId) {
        const schedule = await this.schedules.get(scheduleId);
        if (schedule === null)
            throw noSuchSchedule();
        const { definitionKey, definitionVersion, params } = schedule;
        const [definition] = await this.definitions.find([
            { key: definitionKey, version: definitionVersion ?? 0 },
        ]);
        if (definition == null || !isOpen(definition))
            throw unknownDefinition(schedule);
        const fault = paramsFault(this.registry, definition, params);
        if (fault !== null)
            throw fault;
        const job = jobOfSchedule(schedule, definition, this.newId(), this.clock.now());
        const [answer] = await this.jobs.insert([job]);
        if (answer?.outcome !== 'inserted')
            throw new JobServerError('params-invalid', 'the job cannot be kept');
        this.notifier.hint([definitionKey]);
        this.log.queued(answer.job);
        return answer.job;
    }
}
//# sourceMappingURL=run-schedule.js.map