import { isLoopback } from '../../adapters/http/access/local-request.js';
import { S3FileStore } from '../../adapters/files/s3-file-store.js';
import { jobRegistry } from '../../application/default-registry.js';
import { ConfigError } from '../config-error.js';
import { loadDefinitions } from '../load-definitions.js';
import { broken, ok, warning } from './finding.js';
/** Settings of which each is right and that do not go together. */
export function examineSettings(config) {
    const { host, apiKeys, leaseMs, pool, healthPort, port, files, database } = config;
    const found = [];
    const unless = (fits, says, fix) => {
        if (!fits)
            found.push(warning('settings', says, fix));
    };
    unless(apiKeys.length > 0 || isLoopback(host) || host === '::1', `HOST ${host} and no API_KEYS: unless a key is stored, everyone who reaches this machine can use the API`, 'set API_KEYS, or unset HOST');
    unless(pool.connectionTimeoutMs < leaseMs, `DB_POOL_CONNECTION_TIMEOUT_MS ${pool.connectionTimeoutMs} is as long as a lease: one heartbeat that waits loses it`, `set it below LEASE_DURATION_SECONDS (${leaseMs / 1_000})`);
    unless(healthPort === null || healthPort !== port, `HEALTH_PORT and PORT are both ${port}: on one machine the roles take it from each other`, 'set HEALTH_PORT to another port');
    unless(database.kind !== 'postgres' || files.kind === 's3' || files.isNamed, 'a database for many machines, and files in a folder of this one: other machines do not see videos', 'set FILES to a shared folder or a bucket; on one machine, set it to DATA_DIR');
    return found.length > 0 ? found : [ok('settings', 'go together')];
}
/** Loads the modules of JOB_DEFINITIONS as a server does, which runs what is in them. */
export async function examineDefinitions({ definitionModules }) {
    if (definitionModules.length === 0)
        return ok('definitions', 'none but the built-in ones');
    try {
        await loadDefinitions(definitionModules, jobRegistry);
        return ok('definitions', definitionModules.join(', '));
    }
    catch (error) {
        if (!(error instanceof ConfigError))
            throw error;
        return broken('definitions', error.message, 'correct JOB_DEFINITIONS or the module');
    }
}
export async function examineFiles({ files, dataDir }) {
    if (files.kind !== 's3')
        return [];
    const store = new S3FileStore({ ...files, dataDir, newId: () => '' });
    return (await store.isThere())
        ? [ok('files', `the bucket ${files.bucket} answers`)]
        : [
            broken('files', `the bucket ${files.bucket} cannot be used`, 'check FILES, FILES_ENDPOINT, FILES_REGION and the keys, and that the bucket is there'),
        ];
}
//# sourceMappingURL=settings.js.map