import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { migratePostgres } from '../../src/adapters/postgres/postgres-migrate.js'
import { PostgresServer } from './postgres-server.js'

/**
 * Databases for tests: on `TEST_DATABASE_URL` if that is given, else on a server of our own that lives as long as the run.
 * One template is migrated once; every test file works on a copy of it.
 */
let shared: Promise<{
  url: (database: string) => string
  template: string
  stop: () => Promise<void>
}> | null = null

async function open(): NonNullable<typeof shared> {
  const given = process.env['TEST_DATABASE_URL']
  const server = given === undefined || given === '' ? await PostgresServer.start() : null
  const url = (database: string): string => {
    if (server !== null) return server.url(database)
    const parsed = new URL(given ?? '')
    parsed.pathname = `/${database}`
    return parsed.href
  }
  const admin = server?.url() ?? given ?? ''
  const template = `job_server_template_${randomUUID().slice(0, 8)}`
  await execute(admin, `create database ${template}`)
  await migratePostgres(url(template))
  const stop = async (): Promise<void> => {
    if (server !== null) await server.stop()
    else await execute(admin, `drop database if exists ${template} with (force)`)
  }
  return { url, template, stop }
}

export interface Database {
  readonly url: string
  drop(): Promise<void>
}

/** A database of one's own: migrated, or without any table. */
export async function createDatabase(content: 'migrated' | 'empty' = 'migrated'): Promise<Database> {
  shared ??= open()
  const { url, template } = await shared
  const name = `job_server_test_${randomUUID().slice(0, 8)}`
  const from = content === 'migrated' ? template : 'template1'
  await execute(url('postgres'), `create database ${name} template ${from}`)
  return {
    url: url(name),
    drop: async () => {
      await execute(url('postgres'), `drop database if exists ${name} with (force)`)
    },
  }
}

export async function execute(
  url: string,
  sql: string,
  values?: readonly unknown[],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(
      sql,
      values === undefined ? undefined : [...values],
    )
    return rows
  } finally {
    await client.end()
  }
}

after(async () => {
  const opened = shared
  shared = null
  if (opened !== null) await (await opened).stop()
})
