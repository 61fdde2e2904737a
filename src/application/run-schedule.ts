import { JobServerError } from '../domain/errors.js'
import { jobOfSchedule } from '../domain/firing.js'
import type { Job } from '../domain/job.js'
import { noSuchSchedule } from './change-schedules.js'
import { hintJobs } from './hint-jobs.js'
import { isOpen, paramsFault, unknownDefinition } from './job-faults.js'
import type { JobRegistry } from './job-registry.js'
import type { Clock } from './ports/clock.js'
import type { DefinitionStore } from './ports/definition-store.js'
import type { JobStore } from './ports/job-store.js'
import type { Notifier } from './ports/notifier.js'
import type { ScheduleStore } from './ports/schedule-store.js'
import { silentTransitions, type TransitionLog } from './transition-log.js'

/**
 * Makes a job of a schedule by hand, at once: no slot of its own, no tick, whether or not the schedule is enabled, and beside
 * whatever runs of it already. It counts as one of the schedule's jobs for the slots that follow. No limit of the backlog refuses it.
 */
export class RunSchedule {
  constructor(
    private readonly schedules: Pick<ScheduleStore, 'get'>,
    private readonly definitions: Pick<DefinitionStore, 'find'>,
    private readonly registry: Pick<JobRegistry, 'paramsFlaws'>,
    private readonly jobs: Pick<JobStore, 'insert'>,
    private readonly notifier: Notifier,
    private readonly clock: Clock,
    private readonly newId: () => string,
    private readonly log: TransitionLog = silentTransitions,
  ) {}

  /** @throws JobServerError `schedule-not-found`, `unknown-definition`, `params-invalid`; StorageUnavailableError. */
  async execute(scheduleId: string): Promise<Job> {
    const schedule = await this.schedules.get(scheduleId)
    if (schedule === null) throw noSuchSchedule()
    const { definitionKey, definitionVersion, params } = schedule
    const [definition] = await this.definitions.find([
      { key: definitionKey, version: definitionVersion ?? 0 },
    ])
    if (definition == null || !isOpen(definition)) throw unknownDefinition(schedule)
    const fault = paramsFault(this.registry, definition, params)
    if (fault !== null) throw fault
    const job = jobOfSchedule(schedule, definition, this.newId(), this.clock.now())
    const [answer] = await this.jobs.insert([job])
    if (answer?.outcome !== 'inserted') throw new JobServerError('params-invalid', 'the job cannot be kept')
    hintJobs(this.notifier, [answer.job], this.clock.now())
    this.log.queued(answer.job)
    return answer.job
  }
}
