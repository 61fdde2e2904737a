import { FINAL_STATUSES } from '../domain/job.js'
import type { RetentionPolicy } from '../domain/retention.js'
import { ConfigError } from './config-error.js'
import { loadConfig, type Config } from './config.js'
import type { JobServerOptions } from './job-server-options.js'
import { unknownOptions } from './known-options.js'
import { StartError } from './listener.js'

const DAY_MS = 86_400_000
const MONTH_MS = 30 * DAY_MS
/** Options that are parsed as the variables they correspond to. */
const OPTION_OF: Readonly<Record<string, string>> = {
  DATABASE_URL: 'database',
  HOST: 'http.host',
  PORT: 'http.port',
  API_KEYS: 'apiKeys',
  WEBHOOK_SECRET: 'callbacks.secret',
  FILES: 'files',
  FILES_ENDPOINT: 's3.endpoint',
  FILES_REGION: 's3.region',
  FILES_ACCESS_KEY_ID: 's3.accessKeyId',
  FILES_SECRET_ACCESS_KEY: 's3.secretAccessKey',
}

/**
 * The configuration of an embedded server: its options over the defaults of the variables, the environment unread.
 *
 * @throws ConfigError with a line for every option that cannot be used.
 */
export function embeddedConfig(options: JobServerOptions): Config {
  const { database = 'memory', http = false, worker = false, leaseMs = 60_000, retryPolicy = {} } = options
  const { heartbeatMs = leaseMs / 6, callbacks = {} } = options
  const given = worker === false ? {} : worker
  const port = http === false ? undefined : http.port
  const flaws = [
    ...unknownOptions(options),
    ...outside('http.port', port, 0, 65_535, Number.isInteger),
    ...outside('worker.slots', given.slots, 1, 10_000, Number.isInteger),
    ...outside('worker.cancelGraceMs', given.cancelGraceMs, 0, DAY_MS),
    ...outside('callbacks.maxConcurrent', callbacks.maxConcurrent, 1, 10_000, Number.isInteger),
    ...outside('leaseMs', leaseMs, 100, DAY_MS),
    ...outside('heartbeatMs', heartbeatMs, 1, leaseMs / 2),
    ...outside('pollIntervalMs', options.pollIntervalMs, 10, DAY_MS),
    ...outside('retryPolicy.baseMs', retryPolicy.baseMs, 0, MONTH_MS),
    ...outside('retryPolicy.maxMs', retryPolicy.maxMs, 0, MONTH_MS),
    ...outside('retryPolicy.jitter', retryPolicy.jitter, 0, 1),
    ...FINAL_STATUSES.flatMap((status) =>
      outside(`retentionDays.${status}`, options.retentionDays?.[status], 0, 36_500),
    ),
  ]
  if (flaws.length > 0) throw new ConfigError(flaws)
  const defaults = defaultsWith({
    ...(database === 'memory' ? {} : { DATABASE_URL: database }),
    ...(http === false || http.host === undefined ? {} : { HOST: http.host }),
    ...(options.apiKeys === undefined ? {} : { API_KEYS: options.apiKeys }),
    ...(callbacks.secret === undefined ? {} : { WEBHOOK_SECRET: callbacks.secret }),
    ...filesVariables(options),
  })
  return {
    ...defaults,
    database: database === 'memory' ? { kind: 'memory' } : defaults.database,
    port: port ?? defaults.port,
    listensOn: http === false ? null : defaults.host,
    slots: given.slots ?? defaults.slots,
    workerName: given.name ?? defaults.workerName,
    cancelGraceMs: given.cancelGraceMs ?? defaults.cancelGraceMs,
    leaseMs,
    heartbeatMs,
    pollIntervalMs: options.pollIntervalMs ?? defaults.pollIntervalMs,
    maxDeliveries: callbacks.maxConcurrent ?? defaults.maxDeliveries,
    callbackAllowPrivate: callbacks.allowPrivate ?? defaults.callbackAllowPrivate,
    retryPolicy: {
      baseMs: retryPolicy.baseMs ?? defaults.retryPolicy.baseMs,
      maxMs: retryPolicy.maxMs ?? defaults.retryPolicy.maxMs,
      jitter: retryPolicy.jitter ?? defaults.retryPolicy.jitter,
    },
    retention: { ...defaults.retention, ...retentionOf(options.retentionDays) },
  }
}

function filesVariables({ files, s3 = {}, dataDir }: JobServerOptions): Record<string, string> {
  const given = {
    DATA_DIR: dataDir,
    FILES: files,
    FILES_ENDPOINT: s3.endpoint,
    FILES_REGION: s3.region,
    FILES_ACCESS_KEY_ID: s3.accessKeyId,
    FILES_SECRET_ACCESS_KEY: s3.secretAccessKey,
  }
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function retentionOf(days: JobServerOptions['retentionDays'] = {}): Partial<RetentionPolicy> {
  const given = Object.entries(days).flatMap(([status, value]) =>
    value === undefined ? [] : [[status, value === 0 ? null : value * DAY_MS] as const],
  )
  return Object.fromEntries(given)
}

function outside(
  name: string,
  value: number | undefined,
  min: number,
  max: number,
  fits: (value: number) => boolean = Number.isFinite,
): string[] {
  if (value === undefined || (fits(value) && value >= min && value <= max)) return []
  const kind = fits === Number.isInteger ? 'an integer' : 'a number'
  return [`${name}: got ${String(value)}, takes ${kind}, ${min}–${max}`]
}

function defaultsWith(env: Readonly<Record<string, string>>): Config {
  try {
    return loadConfig(env)
  } catch (error) {
    throw inOptions(error)
  }
}

/** What the roles of the command line tell by the names of variables, told by the names of options. */
export function inOptions(error: unknown): unknown {
  if (error instanceof ConfigError) return new ConfigError(error.lines.map(byOption))
  return error instanceof StartError ? new StartError(byOption(error.message)) : error
}

function byOption(line: string): string {
  // A file in the data directory is only the default of the roles.
  return line.replace(/^(\w+)( or DATA_DIR)?(?=:)/, (said, name: string) => OPTION_OF[name] ?? said)
}
