import { ContainerModule } from 'inversify'
import { BulkOperations } from '../../application/bulk-operations.js'
import { CancelJobs } from '../../application/cancel-jobs.js'
import { EnqueueJobs } from '../../application/enqueue-jobs.js'
import { EnqueueLanes } from '../../application/enqueue-lanes.js'
import { PauseDefinition } from '../../application/pause-definition.js'
import { PruneHistory } from '../../application/prune-history.js'
import { PublishDefinitions } from '../../application/publish-definitions.js'
import { RecoverOrphans } from '../../application/recover-orphans.js'
import { RetryDeadLetter } from '../../application/retry-dead-letter.js'
import { SettleJobs } from '../../application/settle-jobs.js'
import { SweepFiles } from '../../application/sweep-files.js'
import type { DefinitionRef } from '../../domain/job-definition.js'
import { jsonSchemaOf } from '../json-schema.js'
import { PublishedLimits } from '../published-limits.js'
import { TOKENS } from '../tokens.js'

export const useCasesModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.cancelJobs).toResolvedValue(
    ({ jobs, notifier }) => new CancelJobs(jobs, notifier),
    [TOKENS.stores],
  )
  bind(TOKENS.bulkOperations).toResolvedValue(
    ({ jobs, queries, notifier, clock }, cancelJobs, newId) =>
      new BulkOperations(jobs, cancelJobs, queries, notifier, clock, newId),
    [TOKENS.stores, TOKENS.cancelJobs, TOKENS.newId],
  )
  bind(TOKENS.retryDeadLetter).toResolvedValue(
    ({ jobs, queries, notifier, clock }, newId) => new RetryDeadLetter(jobs, queries, notifier, clock, newId),
    [TOKENS.stores, TOKENS.newId],
  )
  bind(TOKENS.pauseDefinition).toResolvedValue(
    ({ definitions, notifier }) => new PauseDefinition(definitions, notifier),
    [TOKENS.stores],
  )
  bind(TOKENS.enqueueJobs).toResolvedValue(
    ({ jobs, definitions, notifier, clock }, registry, newId, sha256) =>
      new EnqueueJobs(jobs, definitions, registry, notifier, clock, newId, sha256),
    [TOKENS.stores, TOKENS.registry, TOKENS.newId, TOKENS.sha256],
  )
  bind(TOKENS.enqueueLanes).toResolvedValue(
    (enqueueJobs) => new EnqueueLanes(enqueueJobs),
    [TOKENS.enqueueJobs],
  )
  bind(TOKENS.publishDefinitions).toResolvedValue(
    ({ definitions, notifier }, registry) =>
      new PublishDefinitions(registry, definitions, notifier, jsonSchemaOf),
    [TOKENS.stores, TOKENS.registry],
  )
  bind(TOKENS.recoverOrphans).toResolvedValue(
    ({ jobs, workers, notifier, clock }, random, newId, { retryPolicy }, logger) =>
      new RecoverOrphans(jobs, workers, notifier, clock, random, newId, retryPolicy, logger),
    [TOKENS.stores, TOKENS.random, TOKENS.newId, TOKENS.config, TOKENS.logger],
  )
  bind(TOKENS.pruneHistory).toResolvedValue(
    ({ history, clock }, { retention }, logger) => new PruneHistory(history, clock, retention, logger),
    [TOKENS.stores, TOKENS.config, TOKENS.logger],
  )
  bind(TOKENS.sweepFiles).toResolvedValue(
    (files, { history, clock }) => new SweepFiles(files, history, clock),
    [TOKENS.files, TOKENS.stores],
  )
  bind(TOKENS.publishedLimits).toResolvedValue(
    ({ definitions, notifier }, logger) => new PublishedLimits(definitions, notifier, logger),
    [TOKENS.stores, TOKENS.logger],
  )
  bind(TOKENS.settleJobs).toResolvedValue(
    ({ jobs, notifier, clock }, random, newId, { retryPolicy }, limits, registry) => {
      const isLimited = (ref: DefinitionRef): boolean =>
        (registry.get(ref)?.concurrencyLimit ?? 0) > 0 || limits.isLimited(ref)
      return new SettleJobs(jobs, notifier, clock, random, newId, retryPolicy, isLimited)
    },
    [TOKENS.stores, TOKENS.random, TOKENS.newId, TOKENS.config, TOKENS.publishedLimits, TOKENS.registry],
  )
})
