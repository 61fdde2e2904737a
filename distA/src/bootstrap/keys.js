import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { v7 } from 'uuid';
import { SCOPES } from '../domain/access.js';
import { loggerOf } from './config-logger.js';
import { openStores, untilDatabaseAnswers } from './open-stores.js';
import { readConfig } from './read-config.js';
import { orExit } from './run-role.js';
import { UsageError } from './usage-error.js';
const USAGE = `usage: npm run keys -- create --scope ${SCOPES.join('|')} --name <name>
       npm run keys -- list
       npm run keys -- revoke --name <name>`;
const COMMANDS = { create, list, revoke };
await orExit(async () => {
    const { command, options } = readArguments();
    const config = readConfig();
    const logger = loggerOf(config, 'warn');
    const stores = await untilDatabaseAnswers(() => openStores(config, logger), { logger });
    try {
        process.stdout.write(await command(stores, options));
    }
    finally {
        await stores.close();
    }
});
function readArguments() {
    try {
        const { values, positionals } = parseArgs({
            allowPositionals: true,
            options: { name: { type: 'string' }, scope: { type: 'string' } },
        });
        const command = positionals.length === 1 ? COMMANDS[positionals[0] ?? ''] : undefined;
        if (command !== undefined)
            return { command, options: values };
    }
    catch {
        // What is wrong is plain from what would be right.
    }
    throw new UsageError(USAGE);
}
/** The secret is shown this once: only its hash is kept. */
async function create(...[stores, { name, scope }]) {
    if (!isName(name) || !isScope(scope))
        throw new UsageError(USAGE);
    const secret = `jsk_${randomBytes(32).toString('base64url')}`;
    const secretHash = createHash('sha256').update(secret).digest('hex');
    const key = { id: v7(), name, scope, secretHash, createdAt: stores.clock.now() };
    if (!(await stores.apiKeys.create(key)))
        throw new UsageError(`there is a key named ${name} already; revoke it first`);
    return `${secret}\n`;
}
async function list(stores) {
    const keys = await stores.apiKeys.list();
    const lines = keys.map(({ name, scope, createdAt, revokedAt }) => {
        const end = revokedAt === null ? '' : `  revoked ${revokedAt.toISOString()}`;
        return `${name}  ${scope}  created ${createdAt.toISOString()}${end}\n`;
    });
    return lines.join('');
}
async function revoke(...[stores, { name }]) {
    if (!isName(name))
        throw new UsageError(USAGE);
    if (!(await stores.apiKeys.revoke(name, stores.clock.now())))
        throw new UsageError(`there is no key named ${name}`);
    return `revoked ${name}; servers notice within a few seconds\n`;
}
function isName(name) {
    return name !== undefined && /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,99}$/u.test(name);
}
function isScope(scope) {
    return SCOPES.includes(scope);
}
//# sourceMappingURL=keys.js.map