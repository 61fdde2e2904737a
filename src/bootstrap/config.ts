import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { ConfiguredKey } from '../adapters/http/access/key-ring.js'
import type { RetentionPolicy } from '../domain/retention.js'
import type { RetryPolicy } from '../domain/retry-policy.js'
import { filesConfigOf, filesContradictions, type FilesConfig } from './config-files.js'
import { environmentSchema } from './config-schema.js'
import { listOf, type WebhookSecret } from './config-lists.js'
import { ConfigError } from './config-error.js'

export type DatabaseConfig =
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string }

/** Everything a role needs to know, parsed once; times in milliseconds. */
export interface Config {
  readonly database: DatabaseConfig
  readonly pool: {
    readonly max: number
    readonly idleTimeoutMs: number
    readonly connectionTimeoutMs: number
  }
  readonly host: string
  readonly port: number
  /** What a `Host` header may name besides this machine while no key is set; `null`: anything. */
  readonly listensOn: string | null
  readonly healthPort: number | null
  readonly apiKeys: readonly ConfiguredKey[]
  readonly corsOrigins: readonly string[]
  readonly rateLimitPerSecond: number | null
  readonly maxQueued: number | null
  readonly hostname: string
  readonly workerName: string
  readonly slots: number
  readonly spareIsolates: number
  readonly leaseMs: number
  readonly heartbeatMs: number
  readonly cancelGraceMs: number
  readonly cancelCheckMs: number
  readonly pollIntervalMs: number
  readonly leaderLeaseMs: number
  readonly metricsCacheMs: number
  readonly retryPolicy: RetryPolicy
  readonly retention: RetentionPolicy
  readonly dataDir: string
  readonly files: FilesConfig
  readonly maxBodyBytes: number
  readonly maxBatchBytes: number
  readonly maxUploadBytes: number
  readonly maxStreams: number
  readonly ffmpegPath: string | null
  readonly ffprobePath: string | null
  readonly definitionModules: readonly string[]
  readonly callApiMode: 'simulate' | 'live'
  readonly webhookSecrets: readonly WebhookSecret[]
  readonly callbackAllowPrivate: boolean
  readonly maxDeliveries: number
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly logFormat: 'json' | 'text'
}

/**
 * Parses the environment; empty variables count as unset.
 *
 * @throws ConfigError with every problem at once.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = environmentSchema.safeParse(given)
  if (!parsed.success) {
    const first = new Map(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]))
    throw new ConfigError([...first].map(([name, takes]) => line(name, given[name], takes)))
  }
  const values = parsed.data
  const dataDir = resolve(values.DATA_DIR)
  const leaseMs = values.LEASE_DURATION_SECONDS
  const heartbeatMs = values.HEARTBEAT_INTERVAL_SECONDS ?? Math.min(10_000, Math.floor(leaseMs / 3))
  const contradictions: string[] = []
  if (heartbeatMs * 2 > leaseMs) {
    const takes = `takes at most half of LEASE_DURATION_SECONDS (${leaseMs / 1000})`
    contradictions.push(line('HEARTBEAT_INTERVAL_SECONDS', given.HEARTBEAT_INTERVAL_SECONDS, takes))
  }
  // A default base above a given maximum is no mistake of the caller's; every delay then is the maximum.
  if (given.BACKOFF_BASE_SECONDS !== undefined && values.BACKOFF_BASE_SECONDS > values.BACKOFF_MAX_SECONDS) {
    const takes = `takes at most BACKOFF_MAX_SECONDS (${values.BACKOFF_MAX_SECONDS / 1000})`
    contradictions.push(line('BACKOFF_BASE_SECONDS', given.BACKOFF_BASE_SECONDS, takes))
  }
  const files = filesConfigOf(values, dataDir, given)
  contradictions.push(
    ...filesContradictions(values, files).map(([name, takes]) => line(name, given[name], takes)),
  )
  const host = values.HOST ?? (values.API_KEYS === undefined ? '127.0.0.1' : '0.0.0.0')
  if (contradictions.length > 0) throw new ConfigError(contradictions)
  return Object.freeze<Config>({
    database: databaseOf(values.DATABASE_URL, dataDir),
    pool: {
      max: values.DB_POOL_MAX,
      idleTimeoutMs: values.DB_POOL_IDLE_TIMEOUT_MS,
      connectionTimeoutMs: values.DB_POOL_CONNECTION_TIMEOUT_MS,
    },
    host,
    listensOn: host,
    port: values.PORT,
    healthPort: values.HEALTH_PORT ?? null,
    apiKeys: values.API_KEYS ?? [],
    corsOrigins: values.CORS_ORIGINS ?? [],
    rateLimitPerSecond: values.RATE_LIMIT_PER_SECOND ?? null,
    maxQueued: values.MAX_QUEUED ?? null,
    hostname: hostname(),
    workerName: values.WORKER_ID ?? `worker-${process.pid}`,
    slots: values.MAX_CONCURRENT_EXECUTIONS,
    spareIsolates: values.SPARE_ISOLATES,
    leaseMs,
    heartbeatMs,
    cancelGraceMs: values.CANCEL_GRACE_MS,
    cancelCheckMs: values.CANCEL_CHECK_INTERVAL_MS,
    pollIntervalMs: values.POLL_INTERVAL_MS,
    leaderLeaseMs: values.LEADER_LEASE_SECONDS,
    metricsCacheMs: values.METRICS_CACHE_TTL_MS,
    retryPolicy: {
      baseMs: values.BACKOFF_BASE_SECONDS,
      maxMs: values.BACKOFF_MAX_SECONDS,
      jitter: values.BACKOFF_JITTER_PERCENT,
    },
    retention: {
      succeeded: values.RETENTION_SUCCEEDED_DAYS,
      cancelled: values.RETENTION_CANCELLED_DAYS,
      failed: values.RETENTION_FAILED_DAYS,
    },
    dataDir,
    files,
    maxBodyBytes: values.MAX_BODY_BYTES,
    maxBatchBytes: values.MAX_BATCH_BYTES,
    maxUploadBytes: values.MAX_UPLOAD_BYTES,
    maxStreams: values.MAX_STREAMS,
    ffmpegPath: values.FFMPEG_PATH ?? null,
    ffprobePath: values.FFPROBE_PATH ?? null,
    definitionModules: listOf(values.JOB_DEFINITIONS),
    callApiMode: values.CALL_API_MODE,
    webhookSecrets: values.WEBHOOK_SECRET ?? [],
    callbackAllowPrivate: values.CALLBACK_ALLOW_PRIVATE === 'true',
    maxDeliveries: values.MAX_CONCURRENT_DELIVERIES,
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT ?? (process.stdout.isTTY ? 'text' : 'json'),
  })
}

export function databaseOf(url: string | undefined, dataDir: string): DatabaseConfig {
  if (url === undefined) return { kind: 'sqlite', path: resolve(dataDir, 'jobs.db') }
  return url.startsWith('sqlite:')
    ? { kind: 'sqlite', path: resolve(url.slice(7)) }
    : { kind: 'postgres', url }
}

const SECRETS = new Set(['API_KEYS', 'WEBHOOK_SECRET', 'FILES_SECRET_ACCESS_KEY'])

/** A value for people to read: of a secret nothing, of a URL no password. */
export function shownValue(name: string, value: string): string {
  if (SECRETS.has(name)) return '…'
  const hidden = value.replace(QUERY_PASSWORD, '$1…')
  // Up to the last @ before a slash: a password may hold one itself. One that holds a slash makes it no URL, of which only the scheme is shown.
  const isAsItSeems = !hidden.includes('@') || (URL.canParse(hidden) && new URL(hidden).username !== '')
  return isAsItSeems ? hidden.replace(/\/\/[^\s/]*@/, '//…@') : shown(name, hidden)
}

/** The driver takes it there, too. */
const QUERY_PASSWORD = /([?&](?:password|sslpassword)=)[^&\s]*/gi

/** Of a URL that may hold a password only the scheme is shown, and nothing of keys and secrets. */
function line(name: string, got: string | undefined, takes: string): string {
  return `${name}: got ${JSON.stringify(shown(name, got ?? '').slice(0, 100))}, ${takes}`
}

function shown(name: string, got: string): string {
  if (SECRETS.has(name)) return '…'
  if (name === 'DATABASE_URL' || /ENDPOINT/.test(name) || (name === 'FILES' && got.includes('@')))
    return got.replace(/^([a-z0-9+]{0,20}:)?.*$/is, '$1…')
  return got
}
