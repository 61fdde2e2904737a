import { refOf } from '../domain/job-definition.js';
import { loggerOf } from './config-logger.js';
import { bindStores } from './container.js';
import { publishAll } from './definitions.js';
import { openStores, untilDatabaseAnswers } from './open-stores.js';
import { readConfig } from './read-config.js';
import { containerWithDefinitions, orExit } from './run-role.js';
import { TOKENS } from './tokens.js';
await orExit(async () => {
    const config = readConfig();
    const logger = loggerOf(config, config.logLevel);
    const container = await containerWithDefinitions(config, logger);
    const stores = await untilDatabaseAnswers(() => openStores(config, logger), { logger });
    bindStores(container, stores);
    await untilDatabaseAnswers(() => publishAll(container), { logger });
    await stores.close();
    const names = container.get(TOKENS.registry).refs().map(refOf);
    process.stdout.write(`registered ${names.length} definitions: ${names.join(', ')}\n`);
});
//# sourceMappingURL=register-definitions.js.map