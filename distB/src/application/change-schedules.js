import { isDeclared } from '../domain/declared-schedule.js';
import { JobServerError, StorageUnavailableError } from '../domain/errors.js';
import { patchedSpec, scheduleSpec } from '../domain/schedule-spec.js';
import { isOpen, unknownDefinition } from './job-faults.js';
import { scheduleFault } from './schedule-faults.js';
import { changedSchedule, newSchedule } from './schedule-slots.js';
/** How often a change is decided anew because others were quicker. */
const TRIES = 10;
/**
 * What an operator does to schedules. Each is checked as a whole before it is kept: its times by the calendar, its params by the
 * definition, where the module is loaded.
 *
 * @throws from every method JobServerError `validation-error`, `schedule-invalid`, `unknown-definition`, `params-invalid`,
 *   `schedule-name-taken` or `schedule-not-found`; StorageUnavailableError, also when others change the same schedule all the time.
 */
export class ChangeSchedules {
    schedules;
    definitions;
    registry;
    calendar;
    clock;
    newId;
    constructor(schedules, definitions, registry, calendar, clock, newId) {
        this.schedules = schedules;
        this.definitions = definitions;
        this.registry = registry;
        this.calendar = calendar;
        this.clock = clock;
        this.newId = newId;
    }
    async create(given) {
        const spec = scheduleSpec(given);
        await this.check(spec);
        const schedule = newSchedule(spec, this.newId(), this.clock.now(), this.calendar);
        const [answer] = await this.schedules.create([schedule]);
        if (answer === 'name_taken')
            throw nameTaken();
        return schedule;
    }
    /**
     * Says some of it anew. New times count from now on: slots of the past are fired neither by them nor any more by the old ones.
     * Whoever enables it again has the slots of the pause recorded as left out.
     */
    async patch(scheduleId, patch) {
        for (let tries = 0; tries < TRIES; tries += 1) {
            const found = await this.schedules.get(scheduleId);
            if (found === null)
                throw noSuchSchedule();
            const spec = patchedSpec(found, patch);
            if (needsCheck(patch))
                await this.check(spec);
            const change = changedSchedule(found, spec, this.clock.now(), this.calendar);
            if (change === null)
                return found;
            const [answer] = await this.schedules.change([change]);
            if (answer === 'applied')
                return { ...change.schedule, revision: found.revision + 1 };
            if (answer === 'name_taken')
                throw nameTaken();
        }
        throw new StorageUnavailableError(null, 'the schedule is changed by others all the time');
    }
    /**
     * Removes it with its ticks; the jobs that it made stay.
     *
     * @throws JobServerError `schedule-declared` while code declares it: publishing would bring it back.
     */
    async remove(scheduleId) {
        const found = await this.schedules.get(scheduleId);
        if (found !== null && isDeclared(found)) {
            const message = `the code of ${found.definitionKey} declares this schedule; pause it, or remove it from there`;
            throw new JobServerError('schedule-declared', message);
        }
        const [wasThere] = await this.schedules.remove([scheduleId]);
        if (wasThere !== true)
            throw noSuchSchedule();
    }
    async check(spec) {
        const { definitionKey: key, definitionVersion } = spec;
        const [definition] = await this.definitions.find([{ key, version: definitionVersion ?? 0 }]);
        if (definition == null || !isOpen(definition))
            throw unknownDefinition(spec);
        const fault = scheduleFault(spec, definition, this.registry, this.calendar);
        if (fault !== null)
            throw fault;
    }
}
/** A pause has to work also when the definition is gone, or has changed. */
function needsCheck({ enabled: _enabled, ...rest }) {
    return Object.values(rest).some((value) => value !== undefined);
}
export function noSuchSchedule() {
    return new JobServerError('schedule-not-found', 'there is no schedule with this id');
}
function nameTaken() {
    return new JobServerError('schedule-name-taken', 'another schedule has this name');
}
//# sourceMappingURL=change-schedules.js.map