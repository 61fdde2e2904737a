import { createHash } from 'node:crypto';
import { Container } from 'inversify';
import { announcedStores } from '../application/announced-stores.js';
import { Lifecycle } from './lifecycle.js';
import { httpModule } from './modules/http.js';
import { mediaModule } from './modules/media.js';
import { schedulerModule } from './modules/scheduler.js';
import { telemetryModule } from './modules/telemetry.js';
import { useCasesModule } from './modules/use-cases.js';
import { workerModule } from './modules/worker.js';
import { orderedIds } from './ordered-ids.js';
import { Readiness } from './readiness.js';
import { TOKENS } from './tokens.js';
/** A container in which everything is made once, when first asked for; the stores are bound once they are open. */
export function createContainer({ config, logger, registry, adapters }) {
    const container = new Container({ defaultScope: 'Singleton' });
    container.bind(TOKENS.config).toConstantValue(config);
    container.bind(TOKENS.logger).toConstantValue(logger);
    container.bind(TOKENS.registry).toConstantValue(registry);
    container.bind(TOKENS.lifecycle).toConstantValue(new Lifecycle(logger));
    container.bind(TOKENS.readiness).toConstantValue(new Readiness());
    container.bind(TOKENS.newId).toConstantValue(orderedIds());
    container.bind(TOKENS.random).toConstantValue(Math.random);
    container.bind(TOKENS.sha256).toConstantValue((text) => createHash('sha256').update(text).digest('hex'));
    container.load(mediaModule(adapters?.files, adapters?.encoder), telemetryModule, useCasesModule, workerModule, schedulerModule, httpModule);
    return container;
}
export function bindStores(container, stores) {
    container.bind(TOKENS.stores).toConstantValue(announcedStores(stores));
}
//# sourceMappingURL=container.js.map