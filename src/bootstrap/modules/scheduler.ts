import { randomUUID } from 'node:crypto'
import { ContainerModule } from 'inversify'
import { Leader } from '../../adapters/scheduler/leader.js'
import { Scheduler } from '../../adapters/scheduler/scheduler.js'
import { TOKENS } from '../tokens.js'

export const schedulerModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.leader).toResolvedValue(
    ({ leaders, clock }, { leaderLeaseMs }, logger) =>
      new Leader(leaders, { name: 'scheduler', holder: randomUUID() }, leaderLeaseMs, clock, logger),
    [TOKENS.stores, TOKENS.config, TOKENS.logger],
  )
  bind(TOKENS.scheduler).toResolvedValue(
    (leader, { clock }, pruneHistory, logger) =>
      new Scheduler(() => leader.leadership(), [pruneHistory], clock, logger),
    [TOKENS.leader, TOKENS.stores, TOKENS.pruneHistory, TOKENS.logger],
  )
})
