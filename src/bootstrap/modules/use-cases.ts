import { ContainerModule } from 'inversify'
import { CronerCalendar } from '../../adapters/calendar/croner-calendar.js'
import { callbackFlaw } from '../../adapters/definitions/url-policy.js'
import { Backlog } from '../../application/backlog.js'
import { BulkOperations } from '../../application/bulk-operations.js'
import { CancelJobs } from '../../application/cancel-jobs.js'
import { ChangeFeed } from '../../application/change-feed.js'
import { ChangeSchedules } from '../../application/change-schedules.js'
import { EnqueueBatch } from '../../application/enqueue-batch.js'
import { EnqueueJobs } from '../../application/enqueue-jobs.js'
import { EnqueueLanes } from '../../application/enqueue-lanes.js'
import { ExplainJob } from '../../application/explain-job.js'
import { JobFeed } from '../../application/job-feed.js'
import { PauseDefinition } from '../../application/pause-definition.js'
import { PreviewSchedule } from '../../application/preview-schedule.js'
import { PruneHistory } from '../../application/prune-history.js'
import { KnownDefinitions } from '../../application/known-definitions.js'
import { PublishDefinitions } from '../../application/publish-definitions.js'
import { PublishSchedules } from '../../application/publish-schedules.js'
import { RecoverOrphans } from '../../application/recover-orphans.js'
import { RetryDeadLetter } from '../../application/retry-dead-letter.js'
import { RunSchedule } from '../../application/run-schedule.js'
import { SettleJobs } from '../../application/settle-jobs.js'
import { SweepFiles } from '../../application/sweep-files.js'
import { TransitionLog } from '../../application/transition-log.js'
import type { DefinitionRef } from '../../domain/job-definition.js'
import { callbackPolicyOf } from '../definitions.js'
import { jsonSchemaOf } from '../json-schema.js'
import { PublishedLimits } from '../published-limits.js'
import { TOKENS } from '../tokens.js'

export const useCasesModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.transitions).toResolvedValue(
    (logger, { clock }) => new TransitionLog(logger, () => clock.monotonicMs(), setImmediate),
    [TOKENS.logger, TOKENS.stores],
  )
  bind(TOKENS.cancelJobs).toResolvedValue(
    ({ jobs, notifier }, newId, log) => new CancelJobs(jobs, notifier, newId, log),
    [TOKENS.stores, TOKENS.newId, TOKENS.transitions],
  )
  bind(TOKENS.bulkOperations).toResolvedValue(
    ({ jobs, queries, notifier, clock }, cancelJobs, newId, log) =>
      new BulkOperations(jobs, cancelJobs, queries, notifier, clock, newId, log),
    [TOKENS.stores, TOKENS.cancelJobs, TOKENS.newId, TOKENS.transitions],
  )
  bind(TOKENS.retryDeadLetter).toResolvedValue(
    ({ jobs, queries, notifier, clock }, newId, log) =>
      new RetryDeadLetter(jobs, queries, notifier, clock, newId, log),
    [TOKENS.stores, TOKENS.newId, TOKENS.transitions],
  )
  bind(TOKENS.pauseDefinition).toResolvedValue(
    ({ definitions, notifier }) => new PauseDefinition(definitions, notifier),
    [TOKENS.stores],
  )
  bind(TOKENS.backlog).toResolvedValue(
    ({ queries, clock }, { maxQueued }) =>
      maxQueued === null ? null : new Backlog(queries, clock, maxQueued),
    [TOKENS.stores, TOKENS.config],
  )
  bind(TOKENS.knownDefinitions).toResolvedValue(
    ({ definitions, clock }) => new KnownDefinitions(definitions, clock),
    [TOKENS.stores],
  )
  bind(TOKENS.enqueueInto).toResolvedValue(
    (definitions, { clock }, registry, newId, sha256, config, backlog) => {
      const policy = callbackPolicyOf(config)
      const flaw = (url: string): string | null => callbackFlaw(url, policy)
      return ({ jobs, notifier, log }) =>
        new EnqueueJobs(jobs, definitions, registry, notifier, clock, newId, sha256, flaw, backlog, log)
    },
    [
      TOKENS.knownDefinitions,
      TOKENS.stores,
      TOKENS.registry,
      TOKENS.newId,
      TOKENS.sha256,
      TOKENS.config,
      TOKENS.backlog,
    ],
  )
  bind(TOKENS.enqueueJobs).toResolvedValue(
    (into, { jobs, notifier }, log) => into({ jobs, notifier, log }),
    [TOKENS.enqueueInto, TOKENS.stores, TOKENS.transitions],
  )
  bind(TOKENS.enqueueLanes).toResolvedValue(
    (enqueueJobs, { jobs }, backlog, tracing) =>
      new EnqueueLanes(enqueueJobs, new EnqueueBatch(enqueueJobs, jobs, backlog), tracing),
    [TOKENS.enqueueJobs, TOKENS.stores, TOKENS.backlog, TOKENS.tracing],
  )
  bind(TOKENS.publishDefinitions).toResolvedValue(
    (definitions, { notifier }, registry) =>
      new PublishDefinitions(registry, definitions, notifier, jsonSchemaOf),
    [TOKENS.knownDefinitions, TOKENS.stores, TOKENS.registry],
  )
  bind(TOKENS.calendar).toResolvedValue(() => new CronerCalendar())
  bind(TOKENS.changeSchedules).toResolvedValue(
    ({ schedules, definitions, clock }, registry, calendar, newId) =>
      new ChangeSchedules(schedules, definitions, registry, calendar, clock, newId),
    [TOKENS.stores, TOKENS.registry, TOKENS.calendar, TOKENS.newId],
  )
  bind(TOKENS.runSchedule).toResolvedValue(
    ({ schedules, definitions, jobs, notifier, clock }, registry, newId, log) =>
      new RunSchedule(schedules, definitions, registry, jobs, notifier, clock, newId, log),
    [TOKENS.stores, TOKENS.registry, TOKENS.newId, TOKENS.transitions],
  )
  bind(TOKENS.previewSchedule).toResolvedValue(
    ({ schedules, clock }, calendar) => new PreviewSchedule(schedules, calendar, clock),
    [TOKENS.stores, TOKENS.calendar],
  )
  bind(TOKENS.publishSchedules).toResolvedValue(
    ({ schedules, clock }, registry, calendar, newId, logger) =>
      new PublishSchedules(registry, schedules, calendar, clock, newId, logger),
    [TOKENS.stores, TOKENS.registry, TOKENS.calendar, TOKENS.newId, TOKENS.logger],
  )
  bind(TOKENS.recoverOrphans).toResolvedValue(
    ({ jobs, workers, notifier, clock }, random, newId, { retryPolicy }, logger, log, observer) =>
      new RecoverOrphans(jobs, workers, notifier, clock, random, newId, retryPolicy, logger, log, observer),
    [
      TOKENS.stores,
      TOKENS.random,
      TOKENS.newId,
      TOKENS.config,
      TOKENS.logger,
      TOKENS.transitions,
      TOKENS.prometheus,
    ],
  )
  bind(TOKENS.pruneHistory).toResolvedValue(
    ({ history, clock }, { retention }, logger) => new PruneHistory(history, clock, retention, logger),
    [TOKENS.stores, TOKENS.config, TOKENS.logger],
  )
  bind(TOKENS.sweepFiles).toResolvedValue(
    (files, { history, clock }, logger) => new SweepFiles(files, history, clock, logger),
    [TOKENS.files, TOKENS.stores, TOKENS.logger],
  )
  bind(TOKENS.publishedLimits).toResolvedValue(
    ({ definitions, notifier }, logger) => new PublishedLimits(definitions, notifier, logger),
    [TOKENS.stores, TOKENS.logger],
  )
  bind(TOKENS.jobFeed).toResolvedValue(
    ({ live, changes, clock }, logger) => new JobFeed(live, changes, clock, logger),
    [TOKENS.stores, TOKENS.logger],
  )
  bind(TOKENS.changeFeed).toResolvedValue(({ changes }) => new ChangeFeed(changes), [TOKENS.stores])
  bind(TOKENS.explainJob).toResolvedValue((stores) => new ExplainJob(stores), [TOKENS.stores])
  bind(TOKENS.settleJobs).toResolvedValue(
    ({ jobs, notifier, clock }, random, newId, { retryPolicy }, limits, registry, log, observer) => {
      const isLimited = (ref: DefinitionRef): boolean =>
        (registry.get(ref)?.concurrencyLimit ?? 0) > 0 || limits.isLimited(ref)
      return new SettleJobs(jobs, notifier, clock, random, newId, retryPolicy, isLimited, log, observer)
    },
    [
      TOKENS.stores,
      TOKENS.random,
      TOKENS.newId,
      TOKENS.config,
      TOKENS.publishedLimits,
      TOKENS.registry,
      TOKENS.transitions,
      TOKENS.prometheus,
    ],
  )
})
