import { resolve } from 'node:path'
import { ConfigError, loadConfig, type Config } from './config.js'
import type { JobServerOptions } from './job-server-options.js'

/**
 * The configuration of an embedded server: its options over the defaults of the variables, the environment unread.
 *
 * @throws ConfigError
 */
export function embeddedConfig(options: JobServerOptions): Config {
  const { database = 'memory', http = false, worker = false, leaseMs = 60_000, retryPolicy = {} } = options
  const { heartbeatMs = leaseMs / 6 } = options
  const defaults = loadConfig({
    ...(database === 'memory' ? {} : { DATABASE_URL: database }),
    ...(http === false || http.port === undefined ? {} : { PORT: String(http.port) }),
    ...(http === false || http.host === undefined ? {} : { HOST: http.host }),
  })
  const given = worker === false ? {} : worker
  if (heartbeatMs * 2 > leaseMs) throw new ConfigError(['heartbeatMs: takes at most half of leaseMs'])
  return {
    ...defaults,
    database: database === 'memory' ? { kind: 'memory' } : defaults.database,
    slots: given.slots ?? defaults.slots,
    workerName: given.name ?? defaults.workerName,
    cancelGraceMs: given.cancelGraceMs ?? defaults.cancelGraceMs,
    leaseMs,
    heartbeatMs,
    pollIntervalMs: options.pollIntervalMs ?? defaults.pollIntervalMs,
    retryPolicy: { ...defaults.retryPolicy, ...retryPolicy },
    dataDir: resolve(options.dataDir ?? defaults.dataDir),
  }
}
