import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect } from 'chai'
import {
  configurationTable,
  environmentExample,
  environmentSchema,
  VARIABLES,
} from '../../src/bootstrap/config-schema.js'
import { ConfigError } from '../../src/bootstrap/config-error.js'
import { loadConfig, shownValue, type Config } from '../../src/bootstrap/config.js'

const PAGE = 'docs/configuration.md'
const WRITES = process.env['WRITE_CONFIGURATION'] === 'true'

/** The promise to users: every variable of their guide, with its default. */
const GUIDE: readonly [name: string, read: (config: Config) => unknown, byDefault: unknown][] = [
  ['DATABASE_URL', (c) => c.database, { kind: 'sqlite', path: resolve('data/jobs.db') }],
  ['PORT', (c) => c.port, 3000],
  ['WORKER_ID', (c) => c.workerName, `worker-${process.pid}`],
  ['MAX_CONCURRENT_EXECUTIONS', (c) => c.slots, 10],
  ['SPARE_ISOLATES', (c) => c.spareIsolates, 0],
  ['LEASE_DURATION_SECONDS', (c) => c.leaseMs, 60_000],
  ['HEARTBEAT_INTERVAL_SECONDS', (c) => c.heartbeatMs, 10_000],
  ['CANCEL_GRACE_MS', (c) => c.cancelGraceMs, 5_000],
  ['POLL_INTERVAL_MS', (c) => c.pollIntervalMs, 60_000],
  ['DB_POOL_MAX', (c) => c.pool.max, 20],
  ['DB_POOL_IDLE_TIMEOUT_MS', (c) => c.pool.idleTimeoutMs, 30_000],
  ['DB_POOL_CONNECTION_TIMEOUT_MS', (c) => c.pool.connectionTimeoutMs, 2_000],
  ['BACKOFF_BASE_SECONDS', (c) => c.retryPolicy.baseMs, 1_000],
  ['BACKOFF_MAX_SECONDS', (c) => c.retryPolicy.maxMs, 3_600_000],
  ['BACKOFF_JITTER_PERCENT', (c) => c.retryPolicy.jitter, 0.3],
  ['CANCEL_CHECK_INTERVAL_MS', (c) => c.cancelCheckMs, 1_000],
  ['METRICS_CACHE_TTL_MS', (c) => c.metricsCacheMs, 30_000],
  ['HOST', (c) => c.host, '127.0.0.1'],
  ['API_KEYS', (c) => c.apiKeys, []],
  ['CORS_ORIGINS', (c) => c.corsOrigins, []],
  ['RATE_LIMIT_PER_SECOND', (c) => c.rateLimitPerSecond, null],
  ['MAX_QUEUED', (c) => c.maxQueued, null],
  ['DATA_DIR', (c) => c.dataDir, resolve('data')],
  ['FILES', (c) => c.files, { kind: 'folder', path: resolve('data'), isNamed: false }],
  ['FILES_ENDPOINT', ({ files }) => files.kind === 's3' && files.endpoint, false],
  ['FILES_REGION', ({ files }) => files.kind === 's3' && files.region, false],
  ['FILES_ACCESS_KEY_ID', ({ files }) => files.kind === 's3' && files.keys, false],
  ['FILES_SECRET_ACCESS_KEY', ({ files }) => files.kind === 's3' && files.keys, false],
  ['MAX_BODY_BYTES', (c) => c.maxBodyBytes, 1_048_576],
  ['MAX_BATCH_BYTES', (c) => c.maxBatchBytes, 16_777_216],
  ['MAX_UPLOAD_BYTES', (c) => c.maxUploadBytes, 2_147_483_648],
  ['MAX_STREAMS', (c) => c.maxStreams, 5_000],
  ['FFMPEG_PATH', (c) => c.ffmpegPath, null],
  ['FFPROBE_PATH', (c) => c.ffprobePath, null],
  ['JOB_DEFINITIONS', (c) => c.definitionModules, []],
  ['CALL_API_MODE', (c) => c.callApiMode, 'simulate'],
  ['WEBHOOK_SECRET', (c) => c.webhookSecrets, []],
  ['CALLBACK_ALLOW_PRIVATE', (c) => c.callbackAllowPrivate, false],
  ['MAX_CONCURRENT_DELIVERIES', (c) => c.maxDeliveries, 5],
  ['HEALTH_PORT', (c) => c.healthPort, null],
  ['LEADER_LEASE_SECONDS', (c) => c.leaderLeaseMs, 15_000],
  ['RETENTION_SUCCEEDED_DAYS', (c) => c.retention.succeeded, 7 * 86_400_000],
  ['RETENTION_CANCELLED_DAYS', (c) => c.retention.cancelled, 7 * 86_400_000],
  ['RETENTION_FAILED_DAYS', (c) => c.retention.failed, 30 * 86_400_000],
  ['LOG_LEVEL', (c) => c.logLevel, 'info'],
  ['LOG_FORMAT', (c) => c.logFormat, process.stdout.isTTY ? 'text' : 'json'],
]

const BUCKET = {
  kind: 's3',
  bucket: 'videos',
  prefix: '',
  endpoint: null,
  region: 'us-east-1',
  keys: null,
}

const GIVEN: readonly [env: Record<string, string>, read: (config: Config) => unknown, expected: unknown][] =
  [
    [
      { DATABASE_URL: 'postgres://u:p@db/x' },
      (c) => c.database,
      { kind: 'postgres', url: 'postgres://u:p@db/x' },
    ],
    [
      { DATABASE_URL: 'postgresql://db/x' },
      (c) => c.database,
      { kind: 'postgres', url: 'postgresql://db/x' },
    ],
    [{ DATABASE_URL: 'sqlite:jobs.db' }, (c) => c.database, { kind: 'sqlite', path: resolve('jobs.db') }],
    [{ DATABASE_URL: 'sqlite:/tmp/a.db' }, (c) => c.database, { kind: 'sqlite', path: '/tmp/a.db' }],
    [{ DATA_DIR: '/srv/x' }, (c) => c.database, { kind: 'sqlite', path: '/srv/x/jobs.db' }],
    [{ PORT: '0' }, (c) => c.port, 0],
    [{ PORT: '' }, (c) => c.port, 3000],
    [{ WORKER_ID: 'left' }, (c) => c.workerName, 'left'],
    [{ LEASE_DURATION_SECONDS: '2.5' }, (c) => c.leaseMs, 2500],
    [{ LEASE_DURATION_SECONDS: '3' }, (c) => c.heartbeatMs, 1000],
    [{ LEASE_DURATION_SECONDS: '3', HEARTBEAT_INTERVAL_SECONDS: '0.5' }, (c) => c.heartbeatMs, 500],
    [{ LEASE_DURATION_SECONDS: '600' }, (c) => c.heartbeatMs, 10_000],
    [{ BACKOFF_BASE_SECONDS: '0.05' }, (c) => c.retryPolicy.baseMs, 50],
    [{ BACKOFF_MAX_SECONDS: '0.5' }, (c) => c.retryPolicy.maxMs, 500],
    [{ BACKOFF_JITTER_PERCENT: '0' }, (c) => c.retryPolicy.jitter, 0],
    [{ LEADER_LEASE_SECONDS: '1.5' }, (c) => c.leaderLeaseMs, 1500],
    [{ RETENTION_SUCCEEDED_DAYS: '0.5' }, (c) => c.retention.succeeded, 43_200_000],
    [{ RETENTION_CANCELLED_DAYS: '0.000000001' }, (c) => c.retention.cancelled, 1],
    [{ RETENTION_FAILED_DAYS: '0' }, (c) => c.retention.failed, null],
    [
      { WEBHOOK_SECRET: 'whsec_c2VjcmV0 plain/tëxt whsec_c2VjcmU' },
      (c) => c.webhookSecrets.map(({ key }) => Buffer.from(key).toString()),
      ['secret', 'plain/tëxt', 'secre'],
    ],
    [{ CALLBACK_ALLOW_PRIVATE: 'true' }, (c) => c.callbackAllowPrivate, true],
    [{ JOB_DEFINITIONS: ' a.ts, ,b.js' }, (c) => c.definitionModules, ['a.ts', 'b.js']],
    [
      { API_KEYS: 'a:b:read, s3cret:submit+read,root:admin' },
      (c) => c.apiKeys,
      [
        { secret: 'a:b', scope: 'read' },
        { secret: 's3cret', scope: 'submit' },
        { secret: 'root', scope: 'admin' },
      ],
    ],
    [{ API_KEYS: 'a:read' }, (c) => c.host, '0.0.0.0'],
    [{ API_KEYS: 'a:read', HOST: '10.0.0.1' }, (c) => [c.host, c.listensOn], ['10.0.0.1', '10.0.0.1']],
    [{ HOST: '[::1]' }, (c) => [c.host, c.listensOn], ['::1', '::1']],
    [{ HOST: 'fe80::1%eth0' }, (c) => c.host, 'fe80::1%eth0'],
    [{ HOST: 'my_host.local' }, (c) => c.host, 'my_host.local'],
    [
      { CORS_ORIGINS: 'https://a.example, http://localhost:5173,*' },
      (c) => c.corsOrigins,
      ['https://a.example', 'http://localhost:5173', '*'],
    ],
    [{ RATE_LIMIT_PER_SECOND: '50' }, (c) => c.rateLimitPerSecond, 50],
    [{ MAX_QUEUED: '1000' }, (c) => c.maxQueued, 1000],
    [{ FILES: '/mnt/x' }, (c) => c.files, { kind: 'folder', path: '/mnt/x', isNamed: true }],
    [{ FILES: 'videos' }, (c) => c.files, { kind: 'folder', path: resolve('videos'), isNamed: true }],
    [{ DATA_DIR: '/srv/x' }, (c) => c.files, { kind: 'folder', path: '/srv/x', isNamed: false }],
    [{ FILES: 's3://videos' }, (c) => c.files, BUCKET],
    [{ FILES: 's3://videos/a/b' }, (c) => c.files, { ...BUCKET, prefix: 'a/b/' }],
    [{ FILES: 's3://videos/a/' }, (c) => c.files, { ...BUCKET, prefix: 'a/' }],
    [
      {
        FILES: 's3://videos',
        FILES_ENDPOINT: 'http://store:9000',
        FILES_REGION: 'eu-1',
        FILES_ACCESS_KEY_ID: 'id',
        FILES_SECRET_ACCESS_KEY: 'hush',
        AWS_ENDPOINT_URL_S3: 'http://other',
        AWS_REGION: 'other',
      },
      (c) => c.files,
      {
        ...BUCKET,
        endpoint: 'http://store:9000',
        region: 'eu-1',
        keys: { accessKeyId: 'id', secretAccessKey: 'hush' },
      },
    ],
    [
      { FILES: 's3://videos', AWS_ENDPOINT_URL_S3: 'https://store', AWS_REGION: 'eu-2' },
      (c) => c.files,
      { ...BUCKET, endpoint: 'https://store', region: 'eu-2' },
    ],
    [{ CALL_API_MODE: 'live' }, (c) => c.callApiMode, 'live'],
    [{ LOG_FORMAT: 'text' }, (c) => c.logFormat, 'text'],
    [{ SOMETHING_ELSE: 'entirely' }, (c) => c.port, 3000],
  ]

const REFUSED: readonly [env: Record<string, string>, line: string][] = [
  ...['secret', 'secret:', ':read', 'secret:write', 'se cret:read', 'secret:read+', ','].map(
    (value): [Record<string, string>, string] => [
      { API_KEYS: value },
      'API_KEYS: got "…", takes <secret>:<scope>[+<scope>…][,…], scopes read, submit, admin',
    ],
  ),
  ...['example.com', 'https://example.com/', 'https://EXAMPLE.com', 'null'].map(
    (value): [Record<string, string>, string] => [
      { CORS_ORIGINS: value },
      `CORS_ORIGINS: got "${value}", takes origins such as https://example.com, comma separated, or *`,
    ],
  ),
  ...['whsec_', 'whsec_!', 'a whsec_x', ' '].map((value): [Record<string, string>, string] => [
    { WEBHOOK_SECRET: value },
    'WEBHOOK_SECRET: got "…", takes texts, or whsec_ and base64, separated by spaces',
  ]),
  [{ CALLBACK_ALLOW_PRIVATE: 'yes' }, 'CALLBACK_ALLOW_PRIVATE: got "yes", takes one of true, false'],
  ...[
    ['s3://'],
    ['s3://Videos'],
    ['s3:videos'],
    ['s3://videos/a//b'],
    ['s3://videos/../b'],
    ['https://store/videos'],
    ['s3://id:hush@videos', 's3:…'],
  ].map(([value = '', shown = value]): [Record<string, string>, string] => [
    { FILES: value },
    `FILES: got "${shown}", takes a folder or s3://<bucket>[/<prefix>], with letters, digits and ._- between the slashes`,
  ]),
  ...['store:9000', 'http://id:hush@store', 'ftp://store', 'http://[bad'].map(
    (value): [Record<string, string>, string] => [
      { FILES: 's3://videos', FILES_ENDPOINT: value },
      `FILES_ENDPOINT: got "${/^[a-z]+:/.exec(value)?.[0] ?? ''}…", takes http://… or https://…, without keys in it`,
    ],
  ),
  [
    { FILES: 's3://videos', AWS_ENDPOINT_URL_S3: 'store' },
    'AWS_ENDPOINT_URL_S3: got "…", takes http://… or https://…, without keys in it',
  ],
  [
    { FILES_ACCESS_KEY_ID: 'id' },
    'FILES_SECRET_ACCESS_KEY: got "…", takes the secret that belongs to FILES_ACCESS_KEY_ID',
  ],
  [
    { FILES_SECRET_ACCESS_KEY: 'hush' },
    'FILES_ACCESS_KEY_ID: got "", takes the key that FILES_SECRET_ACCESS_KEY belongs to',
  ],
  [{ MAX_QUEUED: '0' }, 'MAX_QUEUED: got "0", takes an integer, 1–1000000000'],
  [{ RATE_LIMIT_PER_SECOND: '0' }, 'RATE_LIMIT_PER_SECOND: got "0", takes an integer, 1–1000000'],
  ...['[localhost]', '[::1]:80', 'localhost:80', 'http://localhost', ' ', ':'].map(
    (value): [Record<string, string>, string] => [
      { HOST: value },
      `HOST: got "${value}", takes an IP address or the name of a host, without a port`,
    ],
  ),
  [{ PORT: 'http' }, 'PORT: got "http", takes an integer, 0–65535'],
  [{ PORT: '65536' }, 'PORT: got "65536", takes an integer, 0–65535'],
  [{ PORT: '3000.5' }, 'PORT: got "3000.5", takes an integer, 0–65535'],
  [{ PORT: '-1' }, 'PORT: got "-1", takes an integer, 0–65535'],
  [{ PORT: ' ' }, 'PORT: got " ", takes an integer, 0–65535'],
  [{ PORT: '9'.repeat(500) }, `PORT: got "${'9'.repeat(100)}", takes an integer, 0–65535`],
  [{ MAX_CONCURRENT_EXECUTIONS: '0' }, 'MAX_CONCURRENT_EXECUTIONS: got "0", takes an integer, 1–10000'],
  [{ LEASE_DURATION_SECONDS: '1m' }, 'LEASE_DURATION_SECONDS: got "1m", takes a number, 0.5–86400'],
  [{ LEASE_DURATION_SECONDS: '1e3' }, 'LEASE_DURATION_SECONDS: got "1e3", takes a number, 0.5–86400'],
  [{ LEASE_DURATION_SECONDS: 'NaN' }, 'LEASE_DURATION_SECONDS: got "NaN", takes a number, 0.5–86400'],
  [{ RETENTION_FAILED_DAYS: '-1' }, 'RETENTION_FAILED_DAYS: got "-1", takes a number, 0–36500'],
  [{ BACKOFF_JITTER_PERCENT: '30' }, 'BACKOFF_JITTER_PERCENT: got "30", takes a number, 0–1'],
  [
    { LEASE_DURATION_SECONDS: '15', HEARTBEAT_INTERVAL_SECONDS: '10' },
    'HEARTBEAT_INTERVAL_SECONDS: got "10", takes at most half of LEASE_DURATION_SECONDS (15)',
  ],
  [
    { BACKOFF_BASE_SECONDS: '10', BACKOFF_MAX_SECONDS: '5' },
    'BACKOFF_BASE_SECONDS: got "10", takes at most BACKOFF_MAX_SECONDS (5)',
  ],
  [{ CALL_API_MODE: 'Live' }, 'CALL_API_MODE: got "Live", takes one of simulate, live'],
  [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL: got "verbose", takes one of debug, info, warn, error'],
  [
    { WORKER_ID: 'w'.repeat(256) },
    `WORKER_ID: got "${'w'.repeat(100)}", takes a text of at most 255 characters`,
  ],
  ...[
    'mysql://root:hunter2@db/x',
    'hunter2',
    'sqlite:',
    'sqlite::memory:',
    'postgres://u:hunter2@[bad/x',
  ].map((url): [Record<string, string>, string] => [
    { DATABASE_URL: url },
    `DATABASE_URL: got "${/^[a-z]+:/.exec(url)?.[0] ?? ''}…", takes postgres://…, postgresql://… or sqlite:<path>`,
  ]),
]

describe('the configuration', () => {
  it('covers every variable that the server reads', () => {
    expect(GUIDE.map(([name]) => name)).to.deep.equal(Object.keys(VARIABLES))
  })

  for (const [name, read, byDefault] of GUIDE) {
    it(`gives ${name} its default`, () => expect(read(loadConfig({}))).to.deep.equal(byDefault))
  }

  for (const [env, read, expected] of GIVEN) {
    it(`understands ${JSON.stringify(env)}`, () => expect(read(loadConfig(env))).to.deep.equal(expected))
  }

  for (const [env, line] of REFUSED) {
    it(`refuses ${JSON.stringify(env).slice(0, 80)} in one line`, () => {
      expect(linesOf(env)).to.deep.equal([line])
    })
  }

  it('names every mistake at once, each variable once', () => {
    const lines = linesOf({ PORT: 'x', LOG_LEVEL: 'x', DB_POOL_MAX: 'x' })
    expect(lines.map((line) => line.split(':')[0])).to.deep.equal(['PORT', 'DB_POOL_MAX', 'LOG_LEVEL'])
  })

  it('is shown without any part of a password', () => {
    const shown = (url: string): string => shownValue('DATABASE_URL', url)
    expect(shown('postgres://app:p@ssw0rd@db:5432/x')).to.equal('postgres://…@db:5432/x')
    expect(shown('postgres://app:secret@db/x@y')).to.equal('postgres://…@db/x@y')
    expect(shown('postgres://db/x')).to.equal('postgres://db/x')
    expect(shown('postgres://db/x?user=app&password=secret&sslmode=require')).to.equal(
      'postgres://db/x?user=app&password=…&sslmode=require',
    )
    expect(shown('postgres://app:se/cret@db/x')).to.equal('postgres:…')
    expect(shown('postgres://app:12/34@db/x')).to.equal('postgres:…')
    expect(shownValue('FILES_ENDPOINT', 'http://app:se/cret@store')).to.equal('http:…')
  })

  it('cannot be changed once it is read', () => expect(Object.isFrozen(loadConfig({}))).to.equal(true))
})

describe('the tables of variables', () => {
  it('tell the default that holds', () => {
    const defaults: Record<string, unknown> = environmentSchema.parse({})
    for (const [name, { byDefault }] of Object.entries(VARIABLES)) {
      if (defaults[name] === undefined) continue
      const told: Record<string, unknown> = environmentSchema.parse({ [name]: byDefault })
      expect(told[name], name).to.equal(defaults[name])
    }
  })

  it('are in docs/configuration.md as they are here', () => {
    const page = readFileSync(PAGE, 'utf8')
    const current = page.replace(/^\| Variable \|.*?(?=\n\n)/ms, configurationTable())
    if (WRITES) writeFileSync(PAGE, current)
    else expect(page, 'run: npm run configuration-page').to.equal(current)
    expect(current).to.include(`\n\n${configurationTable()}\n\n`)
  })

  it('are .env.example as they are here', () => {
    if (WRITES) writeFileSync('.env.example', environmentExample())
    expect(readFileSync('.env.example', 'utf8'), 'run: npm run configuration-page').to.equal(
      environmentExample(),
    )
  })

  it('say of each what it takes', () => {
    const rows = configurationTable().split('\n').slice(2)
    expect(rows.filter((row) => /\|\s+\|/.test(row))).to.deep.equal([])
  })
})

function linesOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.lines
    throw error
  }
  throw new Error('the configuration was accepted')
}
