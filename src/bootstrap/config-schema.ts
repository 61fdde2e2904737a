import { isIP } from 'node:net'
import { z } from 'zod'
import { endpoint, files } from './config-files.js'
import { apiKeys, origins, webhookSecrets } from './config-lists.js'

/** Every way of being wrong is told in the same words. */
const numeric = (pattern: RegExp, min: number, max: number, takes: string) =>
  z.string().regex(pattern, takes).transform(Number).pipe(z.number(takes).min(min, takes).max(max, takes))

const integer = (min: number, max: number) => numeric(/^-?\d+$/, min, max, `takes an integer, ${min}–${max}`)

const decimal = (min: number, max: number) =>
  numeric(/^\d+(\.\d+)?$/, min, max, `takes a number, ${min}–${max}`)

const seconds = (min: number, max: number) => decimal(min, max).transform((value) => Math.round(value * 1000))
const text = z.string().min(1, 'takes a text that is not empty')
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `takes one of ${values.join(', ')}` })

/** An IPv6 address may be in brackets, as URLs write it. */
const host = z
  .string()
  .transform((value) => value.replace(/^\[(.*:.*)\]$/, '$1'))
  .refine((value) => isIP(value) !== 0 || /^[^\s:/@[\]]+$/.test(value), {
    error: 'takes an IP address or the name of a host, without a port',
  })

const DAY_MS = 86_400_000
const DAY_S = 86_400
/** A hundred years. */
const MAX_DAYS = 36_500

/** Milliseconds; `null` for 0, which stands for ever. */
const days = (byDefault: number) =>
  decimal(0, MAX_DAYS)
    .transform((value) => (value === 0 ? null : Math.ceil(value * DAY_MS)))
    .default(byDefault * DAY_MS)

const database = z.string().refine(isDatabaseUrl, {
  error: 'takes postgres://…, postgresql://… or sqlite:<path>',
})

/** `sqlite::memory:` would be a file of that name, not what it says elsewhere. */
function isDatabaseUrl(value: string): boolean {
  return /^postgres(ql)?:\/\//.test(value) ? URL.canParse(value) : /^sqlite:(?!:memory:$)./.test(value)
}

/** How a variable is parsed, and how it is explained; the schema holds the real default. */
const field = <T extends z.ZodType>(schema: T, byDefault: string, says: string) => ({
  schema,
  byDefault,
  says,
})

/** Every variable that the server reads: those of the users' guide first, then the project's own. */
export const VARIABLES = {
  DATABASE_URL: field(
    database.optional(),
    'SQLite, `DATA_DIR/jobs.db`',
    'Database: `postgres://…`, `postgresql://…` or `sqlite:<path>`',
  ),
  PORT: field(integer(0, 65_535).default(3000), '3000', 'Port of the API; 0 takes any free one'),
  WORKER_ID: field(
    text.max(255, 'takes a text of at most 255 characters').optional(),
    '`worker-{pid}`',
    'Display name of the worker; need not be unique',
  ),
  MAX_CONCURRENT_EXECUTIONS: field(
    integer(1, 10_000).default(10),
    '10',
    'Jobs that may run at once in one worker',
  ),
  SPARE_ISOLATES: field(
    integer(0, 100).default(0),
    '0',
    'Processes for jobs that a worker keeps while it has nothing to do; with none, the first job after half a minute waits for one to start',
  ),
  LEASE_DURATION_SECONDS: field(
    seconds(0.5, DAY_S).default(60_000),
    '60',
    'How long a worker may be silent before its jobs are given to others',
  ),
  HEARTBEAT_INTERVAL_SECONDS: field(
    seconds(0.1, DAY_S).optional(),
    '10, or a third of a shorter lease',
    'How often a worker renews its lease; at most half the lease',
  ),
  CANCEL_GRACE_MS: field(
    integer(0, DAY_MS).default(5000),
    '5000',
    'Time a job has to end after a cancel, a timeout, or a stop of its worker',
  ),
  POLL_INTERVAL_MS: field(
    integer(10, DAY_MS).default(60_000),
    '60000',
    'Longest sleep between two claims while notifications work (1000 while they do not)',
  ),
  DB_POOL_MAX: field(integer(2, 1000).default(20), '20', 'Connections in the pool of one process'),
  DB_POOL_IDLE_TIMEOUT_MS: field(
    integer(100, DAY_MS).default(30_000),
    '30000',
    'Idle connections are closed after this time',
  ),
  DB_POOL_CONNECTION_TIMEOUT_MS: field(
    integer(100, DAY_MS).default(2000),
    '2000',
    'Longest wait for a connection, then 503',
  ),
  BACKOFF_BASE_SECONDS: field(
    seconds(0, DAY_S).default(1000),
    '1',
    'Delay before the second attempt; doubles with each further one',
  ),
  BACKOFF_MAX_SECONDS: field(
    seconds(0, 30 * DAY_S).default(3_600_000),
    '3600',
    'Longest delay between attempts',
  ),
  BACKOFF_JITTER_PERCENT: field(
    decimal(0, 1).default(0.3),
    '0.3',
    'Share (0–1) by which chance lengthens or shortens a delay',
  ),
  CANCEL_CHECK_INTERVAL_MS: field(
    integer(10, DAY_MS).default(1000),
    '1000',
    'How often a worker looks for cancellations of its jobs',
  ),
  METRICS_CACHE_TTL_MS: field(
    integer(0, DAY_MS).default(30_000),
    '30000',
    'How long computed metrics are reused',
  ),
  HOST: field(
    host.optional(),
    '127.0.0.1, with `API_KEYS` 0.0.0.0',
    'Address that is listened on, by the API and `HEALTH_PORT`',
  ),
  API_KEYS: field(
    apiKeys.optional(),
    'none',
    'Keys of the API, `<secret>:<scope>[+<scope>…][,…]`; scopes are read, submit, admin',
  ),
  CORS_ORIGINS: field(
    origins.optional(),
    'none',
    'Origins whose pages may use the API, comma separated, or `*`',
  ),
  RATE_LIMIT_PER_SECOND: field(
    integer(1, 1_000_000).optional(),
    'no limit',
    'Requests of one key, or of one address without a key, to one process',
  ),
  MAX_QUEUED: field(
    integer(1, 1_000_000_000).optional(),
    'no limit',
    'Jobs that may be queued; beyond it new ones are refused with 503',
  ),
  DATA_DIR: field(
    text.default('./data'),
    './data',
    'Uploads, outputs, what is being worked on, and the SQLite file',
  ),
  FILES: field(
    files.optional(),
    '`DATA_DIR`',
    'Where uploads and outputs are kept: a folder that machines may share, or `s3://<bucket>[/<prefix>]`',
  ),
  FILES_ENDPOINT: field(
    endpoint.optional(),
    '`AWS_ENDPOINT_URL_S3`, else Amazon',
    'URL of an S3-compatible store',
  ),
  FILES_REGION: field(text.optional(), '`AWS_REGION`, else us-east-1', 'Region of the bucket'),
  FILES_ACCESS_KEY_ID: field(
    text.optional(),
    '`AWS_ACCESS_KEY_ID`, a profile or a role',
    'Key of the S3 store; handlers never see it',
  ),
  FILES_SECRET_ACCESS_KEY: field(text.optional(), '`AWS_SECRET_ACCESS_KEY`, as above', 'Its secret'),
  MAX_BODY_BYTES: field(integer(1024, 1_073_741_824).default(1_048_576), '1048576', 'Largest JSON body'),
  MAX_BATCH_BYTES: field(
    integer(1024, 1_073_741_824).default(16_777_216),
    '16777216',
    'Largest JSON body of a batch of jobs',
  ),
  MAX_UPLOAD_BYTES: field(
    integer(1024, 1_099_511_627_776).default(2_147_483_648),
    '2147483648',
    'Largest uploaded file',
  ),
  MAX_STREAMS: field(
    integer(0, 1_000_000).default(5000),
    '5000',
    'Clients of one API that may follow events or wait for jobs at once; beyond, 503',
  ),
  FFMPEG_PATH: field(
    text.optional(),
    'looked up',
    'The ffmpeg to use; else `PATH`, else the optional npm package',
  ),
  FFPROBE_PATH: field(
    text.optional(),
    'looked up',
    'The ffprobe to use; else `PATH`, else the optional npm package',
  ),
  JOB_DEFINITIONS: field(
    text.optional(),
    'none',
    'Modules with your own definitions, comma separated, TypeScript or JavaScript',
  ),
  CALL_API_MODE: field(
    oneOf(['simulate', 'live']).default('simulate'),
    'simulate',
    'Whether `call.api` really calls',
  ),
  WEBHOOK_SECRET: field(
    webhookSecrets.optional(),
    'none: callbacks are not signed',
    'Signs the requests of callbacks: a text, or `whsec_` and base64; several separated by spaces sign each',
  ),
  CALLBACK_ALLOW_PRIVATE: field(
    oneOf(['true', 'false']).default('false'),
    'false',
    'Whether callbacks may go to private addresses and to any port',
  ),
  MAX_CONCURRENT_DELIVERIES: field(
    integer(1, 10_000).default(5),
    '5',
    'Requests of callbacks that may be under way at once in the whole cluster',
  ),
  HEALTH_PORT: field(
    integer(1, 65_535).optional(),
    'none',
    'Port for `/healthz`, `/readyz` and `/metrics` of the worker and scheduler roles',
  ),
  LEADER_LEASE_SECONDS: field(
    seconds(1, DAY_S).default(15_000),
    '15',
    'How long a leader may be silent before another one takes over',
  ),
  RETENTION_SUCCEEDED_DAYS: field(
    days(7),
    '7',
    'How long jobs that succeeded are kept after their end; decimals are taken, 0 is for ever',
  ),
  RETENTION_CANCELLED_DAYS: field(days(7), '7', 'The same for jobs that were cancelled'),
  RETENTION_FAILED_DAYS: field(days(30), '30', 'The same for jobs that failed, and their dead letters'),
  LOG_LEVEL: field(
    oneOf(['debug', 'info', 'warn', 'error']).default('info'),
    'info',
    'Least level that is logged: debug, info, warn, error',
  ),
  LOG_FORMAT: field(
    oneOf(['json', 'text']).optional(),
    'text on a terminal, else json',
    'One JSON object or one line of text per entry',
  ),
}

export const environmentSchema = z.object(
  Object.fromEntries(Object.entries(VARIABLES).map(([name, { schema }]) => [name, schema])) as {
    [Name in keyof typeof VARIABLES]: (typeof VARIABLES)[Name]['schema']
  },
)

/** The table of all variables in Markdown; `docs/configuration.md` holds exactly this. */
export function configurationTable(): string {
  const rows = Object.entries(VARIABLES).map(
    ([name, { schema, byDefault, says }]) => `| \`${name}\` | ${byDefault} | ${takenBy(schema)} | ${says} |`,
  )
  return ['| Variable | Default | Takes | Meaning |', '|---|---|---|---|', ...rows].join('\n')
}

/** What a value has to be, in the words in which a wrong one is refused. */
function takenBy(schema: z.ZodType): string {
  const refusals = ['', 's3://'].map((wrong) => schema.safeParse(wrong).error?.issues[0]?.message)
  const takes = (refusals.find((message) => message !== undefined) ?? '').replace(/^takes /, '')
  // Markdown would take the names of what stands there for its own.
  return takes.replaceAll(/[^\s,]*<(?:\[,|[^\s,])*/g, (shape) => `\`${shape}\``)
}

/** A `.env` file with every variable at its default, commented out, so that a copy of it changes nothing. */
export function environmentExample(): string {
  const entries = Object.entries(VARIABLES).map(([name, { schema, byDefault, says }]) => {
    const hasValue = schema.safeParse(undefined).data !== undefined
    const explained = hasValue ? says : `${says} (default: ${byDefault})`
    return `# ${explained.replaceAll('`', '')}\n# ${name}=${hasValue ? byDefault : ''}`
  })
  return `${entries.join('\n\n')}\n`
}
