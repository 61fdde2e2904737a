import { z } from 'zod';
import { createScheduleBody } from '../adapters/http/schemas/schedules.js';
import { parse } from '../adapters/http/validate.js';
import { scheduleFault } from '../application/schedule-faults.js';
import { refOf } from '../domain/job-definition.js';
/** What the body of `POST /v1/schedules` takes, with dates as dates. */
const declaredSchema = createScheduleBody.extend({
    startsAt: z.date().nullable(),
    endsAt: z.date().nullable(),
});
/** Why the schedules that the loaded definitions declare cannot be, one line each; they are checked as the API checks others. */
export function declaredScheduleFlaws(registry, calendar) {
    return registry.declaredSchedules().flatMap((spec) => {
        const definition = { key: spec.definitionKey, version: spec.definitionVersion ?? 0 };
        const flaws = flawsOf(spec, registry, calendar);
        return flaws.map(({ pointer, message }) => `${refOf(definition)} cannot declare the schedule ${spec.name.slice(0, 100)}: ${pointer.slice(1)} ${message}`);
    });
}
function flawsOf(spec, registry, calendar) {
    const parsed = parse(declaredSchema, { ...spec });
    if ('flaws' in parsed)
        return parsed.flaws;
    const definition = { key: spec.definitionKey, version: spec.definitionVersion ?? 0 };
    const fault = scheduleFault(spec, definition, registry, calendar);
    return fault === null ? [] : (fault.details.flaws ?? []);
}
//# sourceMappingURL=declared-schedule-flaws.js.map