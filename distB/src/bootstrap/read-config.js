import { ConfigError } from './config-error.js';
import { loadConfig } from './config.js';
/**
 * The configuration of this process: its environment, then the `.env` of its working directory for what that leaves open.
 *
 * @throws ConfigError
 */
export function readConfig() {
    try {
        process.loadEnvFile();
    }
    catch (error) {
        const { code, message } = error;
        // What Node.js says of a folder.
        if (code === 'ERR_INVALID_ARG_TYPE')
            throw new ConfigError(['.env: cannot be read: it is not a file']);
        if (code !== 'ENOENT')
            throw new ConfigError([`.env: cannot be read: ${message}`]);
    }
    return loadConfig(process.env);
}
//# sourceMappingURL=read-config.js.map