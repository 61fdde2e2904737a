import { ConfigError, loadConfig, type Config } from './config.js'

/**
 * The configuration of this process: its environment, then the `.env` of its working directory for what that leaves open.
 *
 * @throws ConfigError
 */
export function readConfig(): Config {
  try {
    process.loadEnvFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new ConfigError([`.env: cannot be read: ${(error as Error).message}`])
    }
  }
  return loadConfig(process.env)
}
