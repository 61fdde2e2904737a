import { isDeclared, mergedSpec, withdrawn } from '../domain/declared-schedule.js';
import { StorageUnavailableError } from '../domain/errors.js';
import { canonicalJson } from '../domain/json.js';
import { specJson } from '../domain/schedule-spec.js';
import { changedSchedule, newSchedule } from './schedule-slots.js';
/** How often it is decided anew because others were quicker. */
const TRIES = 10;
/**
 * Makes and changes the schedules that this process's registry declares. What code says anew since it was last published
 * holds; all else stays as it is, so that an operator's change outlives every start. One that a definition which is registered here
 * declares no longer is paused. A schedule that was made by hand is never touched. Any number of processes may publish at once.
 */
export class PublishSchedules {
    registry;
    schedules;
    calendar;
    clock;
    newId;
    logger;
    constructor(registry, schedules, calendar, clock, newId, logger) {
        this.registry = registry;
        this.schedules = schedules;
        this.calendar = calendar;
        this.clock = clock;
        this.newId = newId;
        this.logger = logger;
    }
    /** @throws StorageUnavailableError. */
    async execute() {
        for (let tries = 0; tries < TRIES; tries += 1)
            if (await this.publish())
                return;
        throw new StorageUnavailableError(null, 'the declared schedules are changed by others all the time');
    }
    /** Answers whether everything is kept as it was decided: that nobody else was quicker. */
    async publish() {
        const now = this.clock.now();
        const specs = this.registry.declaredSchedules();
        const kept = await this.schedules.declared();
        // An operator may have given it another name since.
        const known = new Map(kept.map((schedule) => [schedule.declared?.['name'], schedule]));
        const created = await this.create(specs.filter(({ name }) => !known.has(name)), now);
        const changes = specs.flatMap((spec) => {
            const schedule = known.get(spec.name);
            if (schedule === undefined)
                return [];
            return changeOf(schedule, mergedSpec(schedule, schedule.declared ?? {}, spec), specJson(spec));
        });
        const withdrawals = this.vanished(kept, specs).flatMap((schedule) => {
            const before = schedule.declared ?? {};
            const enabled = schedule.enabled && before['enabled'] !== true;
            return changeOf(schedule, { ...schedule, enabled }, withdrawn(before));
        });
        return created && (await this.change([...changes, ...withdrawals], now));
    }
    async create(specs, now) {
        if (specs.length === 0)
            return true;
        const holders = await this.schedules.named(specs.map(({ name }) => name));
        const free = specs.filter((_spec, index) => holders[index] === null);
        for (const { name, definitionKey } of specs.filter((spec) => !free.includes(spec)))
            this.logger.warn('another schedule has the name of a declared one, which is left out', {
                schedule: name,
                definition: definitionKey,
            });
        if (free.length === 0)
            return true;
        const answers = await this.schedules.create(free.map((spec) => ({
            ...newSchedule(spec, this.newId(), now, this.calendar),
            declared: specJson(spec),
        })));
        return answers.every((answer) => answer === 'created');
    }
    async change(wanted, now) {
        if (wanted.length === 0)
            return true;
        const answers = await this.schedules.change(wanted.map(({ schedule: before, spec, declared }) => {
            const changed = changedSchedule(before, spec, now, this.calendar);
            const { schedule, ticks } = changed ?? { schedule: before, ticks: [] };
            return { schedule: { ...schedule, declared }, ticks };
        }));
        return answers.every((answer) => answer === 'applied');
    }
    /** Whoever has not loaded a definition cannot know what it declares. */
    vanished(kept, specs) {
        const loaded = new Set(this.registry.refs().map(({ key }) => key));
        const declared = new Set(specs.map(({ name }) => name));
        return kept.filter((schedule) => isDeclared(schedule) &&
            !declared.has(schedule.declared?.['name']) &&
            loaded.has(schedule.declared?.['definitionKey']));
    }
}
/** Nothing when code says what it said before. */
function changeOf(schedule, spec, declared) {
    return canonicalJson(schedule.declared) === canonicalJson(declared) ? [] : [{ schedule, spec, declared }];
}
//# sourceMappingURL=publish-schedules.js.map