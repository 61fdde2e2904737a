import { winstonLogger } from '../adapters/logging/winston-logger.js';
/** What is shorter would be found in words that are no secret. */
const MIN_LENGTH = 4;
/** The logger that a configuration asks for; none of its secrets is ever written. */
export function loggerOf(config, level) {
    const secrets = [
        ...config.apiKeys.map(({ secret }) => secret),
        ...config.webhookSecrets.map(({ text }) => text),
        ...passwordsOf(config),
        ...keysOf(config),
    ];
    return winstonLogger({
        level,
        format: config.logFormat,
        secrets: secrets.filter(({ length }) => length >= MIN_LENGTH),
    });
}
/** As it is in the URL, and as it is given to the database. */
function passwordsOf({ database }) {
    if (database.kind !== 'postgres')
        return [];
    const { password, searchParams } = new URL(database.url);
    return [password, decoded(password), searchParams.get('password') ?? ''];
}
function keysOf({ files }) {
    return files.kind === 's3' && files.keys !== null ? [files.keys.secretAccessKey] : [];
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
//# sourceMappingURL=config-logger.js.map