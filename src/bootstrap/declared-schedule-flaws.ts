import { z } from 'zod'
import { createScheduleBody } from '../adapters/http/schemas/schedules.js'
import { parse } from '../adapters/http/validate.js'
import type { JobRegistry } from '../application/job-registry.js'
import type { Calendar } from '../application/ports/calendar.js'
import { scheduleFault } from '../application/schedule-faults.js'
import { JobServerError } from '../domain/errors.js'
import { refOf } from '../domain/job-definition.js'
import type { Flaw } from '../domain/json.js'
import type { ScheduleSpec } from '../domain/schedule.js'

/** What the body of `POST /v1/schedules` takes, with dates as dates. */
const declaredSchema = createScheduleBody.extend({
  startsAt: z.date().nullable(),
  endsAt: z.date().nullable(),
})

/** Why the schedules that the loaded definitions declare cannot be, one line each; they are checked as the API checks others. */
export function declaredScheduleFlaws(registry: JobRegistry, calendar: Calendar): readonly string[] {
  return registry.declaredSchedules().flatMap((spec) => {
    const definition = { key: spec.definitionKey, version: spec.definitionVersion ?? 0 }
    const flaws = flawsOf(spec, registry, calendar)
    return flaws.map(
      ({ pointer, message }) =>
        `${refOf(definition)} cannot declare the schedule ${spec.name.slice(0, 100)}: ${pointer.slice(1)} ${message}`,
    )
  })
}

/** @throws JobServerError `validation-error` when there are any. */
export function refuseFlawedSchedules(registry: JobRegistry, calendar: Calendar): void {
  const flaws = declaredScheduleFlaws(registry, calendar)
  if (flaws.length > 0) throw new JobServerError('validation-error', flaws.join('; '))
}

function flawsOf(spec: ScheduleSpec, registry: JobRegistry, calendar: Calendar): readonly Flaw[] {
  const parsed = parse(declaredSchema, { ...spec })
  if ('flaws' in parsed) return parsed.flaws
  const definition = { key: spec.definitionKey, version: spec.definitionVersion ?? 0 }
  const fault = scheduleFault(spec, definition, registry, calendar)
  return fault === null ? [] : (fault.details.flaws ?? [])
}
