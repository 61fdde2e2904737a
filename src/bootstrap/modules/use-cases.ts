import { ContainerModule } from 'inversify'
import { ChangeFeed } from '../../application/change-feed.js'
import { ExplainJob } from '../../application/explain-job.js'
import { JobFeed } from '../../application/job-feed.js'
import { CancelJobs } from '../../application/cancel-jobs.js'
import { EnqueueJobs } from '../../application/enqueue-jobs.js'
import { EnqueueLanes } from '../../application/enqueue-lanes.js'
import { PublishDefinitions } from '../../application/publish-definitions.js'
import { RecoverOrphans } from '../../application/recover-orphans.js'
import { SettleJobs } from '../../application/settle-jobs.js'
import type { DefinitionRef } from '../../domain/job-definition.js'
import { jsonSchemaOf } from '../json-schema.js'
import { PublishedLimits } from '../published-limits.js'
import { TOKENS } from '../tokens.js'

export const useCasesModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.cancelJobs).toResolvedValue(
    ({ jobs, notifier }) => new CancelJobs(jobs, notifier),
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
    ({ jobs, notifier, clock }, random, newId, { retryPolicy }, limits, registry) => {
      const isLimited = (ref: DefinitionRef): boolean =>
        (registry.get(ref)?.concurrencyLimit ?? 0) > 0 || limits.isLimited(ref)
      return new SettleJobs(jobs, notifier, clock, random, newId, retryPolicy, isLimited)
    },
    [TOKENS.stores, TOKENS.random, TOKENS.newId, TOKENS.config, TOKENS.publishedLimits, TOKENS.registry],
  )
})
