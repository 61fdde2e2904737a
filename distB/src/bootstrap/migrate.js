import { loggerOf } from './config-logger.js';
import { databaseName, migrateDatabase, untilDatabaseAnswers } from './open-stores.js';
import { readConfig } from './read-config.js';
import { orExit } from './run-role.js';
await orExit(async () => {
    const config = readConfig();
    const { database } = config;
    if (database.kind === 'memory')
        return;
    const logger = loggerOf(config, config.logLevel);
    const ran = await untilDatabaseAnswers(() => migrateDatabase(database, logger), { logger });
    const what = ran.length === 0 ? 'is up to date' : `migrated: ${ran.join(', ')}`;
    process.stdout.write(`${databaseName(database)} ${what}\n`);
});
//# sourceMappingURL=migrate.js.map