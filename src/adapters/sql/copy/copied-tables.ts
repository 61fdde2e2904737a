/** What a column means, whichever database keeps it; a test compares all of this with both schemas. */
export type ColumnKind = 'uuid' | 'text' | 'integer' | 'bigint' | 'real' | 'boolean' | 'json' | 'instant'

export interface CopiedTable {
  readonly name: string
  readonly columns: Readonly<Record<string, ColumnKind>>
}

/** What `jobs` and `finished_jobs` both keep of a job. */
const JOB = {
  id: 'uuid',
  definition_key: 'text',
  definition_version: 'integer',
  priority: 'integer',
  run_at: 'instant',
  params: 'json',
  max_attempts: 'integer',
  attempts: 'integer',
  run: 'integer',
  crashes: 'integer',
  interruptions: 'integer',
  worker_name: 'text',
  idempotency_key: 'text',
  error_summary: 'text',
  progress: 'real',
  queued_at: 'instant',
  started_at: 'instant',
  callback: 'json',
  traceparent: 'text',
  schedule_id: 'uuid',
} as const

/** Everything that makes a database what it is, in the order in which it is copied. */
export const COPIED_TABLES: readonly CopiedTable[] = [
  {
    name: 'definitions',
    columns: {
      key: 'text',
      version: 'integer',
      default_max_attempts: 'integer',
      timeout_seconds: 'real',
      concurrency_limit: 'integer',
      params_schema: 'json',
      isolation: 'text',
      paused: 'boolean',
    },
  },
  {
    name: 'api_keys',
    columns: {
      id: 'uuid',
      name: 'text',
      scope: 'text',
      secret_hash: 'text',
      created_at: 'instant',
      revoked_at: 'instant',
    },
  },
  {
    name: 'schedules',
    columns: {
      id: 'uuid',
      name: 'text',
      definition_key: 'text',
      definition_version: 'integer',
      params: 'json',
      priority: 'integer',
      max_attempts: 'integer',
      cron: 'text',
      every_seconds: 'integer',
      timezone: 'text',
      starts_at: 'instant',
      ends_at: 'instant',
      enabled: 'boolean',
      catch_up: 'text',
      max_catch_up: 'integer',
      overlap: 'text',
      created_at: 'instant',
      decided_until: 'instant',
      next_run_at: 'instant',
      last_run_at: 'instant',
      waiting_slot: 'instant',
      declared: 'json',
      revision: 'integer',
    },
  },
  {
    name: 'schedule_ticks',
    columns: {
      schedule_id: 'uuid',
      slot: 'instant',
      outcome: 'text',
      job_id: 'uuid',
      reason: 'text',
      delay_ms: 'bigint',
    },
  },
  {
    name: 'jobs',
    columns: {
      ...JOB,
      event_seq: 'integer',
      handler_events: 'integer',
      lease_token: 'integer',
      worker: 'uuid',
      cancel_requested_at: 'instant',
    },
  },
  {
    name: 'finished_jobs',
    columns: {
      ...JOB,
      status: 'text',
      result: 'json',
      finished_at: 'instant',
      cpu_ms: 'bigint',
      max_rss_bytes: 'bigint',
    },
  },
  {
    name: 'job_events',
    columns: {
      job_id: 'uuid',
      seq: 'integer',
      type: 'text',
      at: 'instant',
      run: 'integer',
      payload: 'json',
    },
  },
  {
    name: 'job_attempts',
    columns: {
      job_id: 'uuid',
      run: 'integer',
      attempt: 'integer',
      worker_name: 'text',
      started_at: 'instant',
      ended_at: 'instant',
      outcome: 'text',
      error: 'text',
      exit_code: 'integer',
      signal: 'text',
      cpu_ms: 'bigint',
      max_rss_bytes: 'bigint',
    },
  },
  {
    name: 'job_logs',
    columns: {
      job_id: 'uuid',
      id: 'integer',
      run: 'integer',
      at: 'instant',
      level: 'text',
      message: 'text',
      fields: 'json',
      bytes: 'integer',
    },
  },
  { name: 'job_log_heads', columns: { job_id: 'uuid', last_id: 'integer' } },
  { name: 'job_log_runs', columns: { job_id: 'uuid', run: 'integer', bytes: 'integer', dropped: 'integer' } },
  {
    name: 'idempotency_keys',
    columns: {
      definition_key: 'text',
      definition_version: 'integer',
      key: 'text',
      job_id: 'uuid',
      body_hash: 'text',
    },
  },
  {
    name: 'dead_letters',
    columns: {
      id: 'uuid',
      job_id: 'uuid',
      definition_key: 'text',
      definition_version: 'integer',
      reason: 'text',
      moved_at: 'instant',
      discarded_at: 'instant',
      error: 'text',
    },
  },
  { name: 'job_retries', columns: { retried_from: 'uuid', job_id: 'uuid' } },
  {
    name: 'job_deltas',
    columns: {
      definition_key: 'text',
      definition_version: 'integer',
      status: 'text',
      minute: 'integer',
      live: 'integer',
      jobs: 'integer',
      retried: 'integer',
      runs: 'integer',
      run_ms: 'bigint',
      run_bucket: 'integer',
      waits: 'integer',
      wait_ms: 'bigint',
      wait_bucket: 'integer',
    },
  },
  {
    name: 'job_figures',
    columns: {
      grain: 'integer',
      kind: 'text',
      period: 'integer',
      definition_key: 'text',
      definition_version: 'integer',
      bucket: 'integer',
      jobs: 'bigint',
      ms: 'bigint',
    },
  },
]

/** Of these only what jobs that run name, and as if they had resigned. */
export const WORKERS: CopiedTable = {
  name: 'workers',
  columns: {
    incarnation: 'uuid',
    name: 'text',
    host: 'text',
    pid: 'integer',
    version: 'text',
    slots: 'integer',
    definitions: 'json',
    running: 'integer',
    draining: 'boolean',
    dead: 'boolean',
    started_at: 'instant',
    heartbeat_at: 'instant',
    lease_until: 'instant',
  },
}

/** What belongs to processes, or is made by the database itself. */
export const NOT_COPIED: readonly string[] = ['leaders', 'schema_migrations', 'schema_migrations_lock']
