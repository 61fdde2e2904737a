import { randomUUID } from 'node:crypto';
import { ContainerModule } from 'inversify';
import { Leader } from '../../adapters/scheduler/leader.js';
import { Scheduler } from '../../adapters/scheduler/scheduler.js';
import { FireSchedules } from '../../application/fire-schedules.js';
import { PruneTicks } from '../../application/prune-ticks.js';
import { TOKENS } from '../tokens.js';
export const schedulerModule = new ContainerModule(({ bind }) => {
    bind(TOKENS.leader).toResolvedValue(({ leaders, clock }, { leaderLeaseMs }, logger) => new Leader(leaders, { name: 'scheduler', holder: randomUUID() }, leaderLeaseMs, clock, logger), [TOKENS.stores, TOKENS.config, TOKENS.logger]);
    bind(TOKENS.fireSchedules).toResolvedValue(({ schedules, definitions, notifier, clock }, registry, calendar, cancel, newId, logger, log, observer) => new FireSchedules(schedules, definitions, registry, calendar, cancel, notifier, clock, newId, logger, log, observer), [
        TOKENS.stores,
        TOKENS.registry,
        TOKENS.calendar,
        TOKENS.cancelJobs,
        TOKENS.newId,
        TOKENS.logger,
        TOKENS.transitions,
        TOKENS.prometheus,
    ]);
    bind(TOKENS.pruneTicks).toResolvedValue(({ schedules, clock }, { retention }) => new PruneTicks(schedules, clock, retention), [TOKENS.stores, TOKENS.config]);
    bind(TOKENS.scheduler).toResolvedValue((leader, { clock }, fireSchedules, pruneHistory, pruneTicks, logger) => {
        const duties = [fireSchedules, pruneHistory, pruneTicks];
        return new Scheduler(() => leader.leadership(), duties, clock, logger);
    }, [
        TOKENS.leader,
        TOKENS.stores,
        TOKENS.fireSchedules,
        TOKENS.pruneHistory,
        TOKENS.pruneTicks,
        TOKENS.logger,
    ]);
});
//# sourceMappingURL=scheduler.js.map