import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { migratePostgres } from '../../src/adapters/postgres/postgres-migrate.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { PostgresServer } from './postgres-server.js'

interface Server {
  readonly url: (database: string) => string
  /** A migrated database, to be copied. */
  readonly template: string
  readonly stop: () => Promise<void>
}

/**
 * Databases for tests: on `TEST_DATABASE_URL` if that is given, else on a server of our own that lives as long as the run.
 * One template is migrated once; every test file works on a copy of it. Where mocha runs files in several processes, they
 * share the server and the template of the process that started them.
 */
let shared: Promise<Server> | null = null

async function open(): Promise<Server> {
  const given = process.env['TEST_DATABASE_URL'] ?? ''
  const server = given === '' ? await PostgresServer.start() : null
  const root = server?.url() ?? given
  const url = (database: string): string => {
    const parsed = new URL(root)
    parsed.pathname = `/${database}`
    return parsed.href
  }
  const inherited = process.env['TEST_DATABASE_TEMPLATE']
  if (inherited !== undefined) return { url, template: inherited, stop: () => Promise.resolve() }
  const template = `job_server_template_${randomUUID().slice(0, 8)}`
  await execute(root, `create database ${template}`)
  await migratePostgres(url(template))
  const stop = async (): Promise<void> => {
    if (server !== null) await server.stop()
    else await execute(root, `drop database if exists ${template} with (force)`)
  }
  return { url, template, stop }
}

/** Mocha's, before any file: one server for the processes that it is about to start. */
export async function mochaGlobalSetup(this: { isParallelMode(): boolean }): Promise<void> {
  if (!this.isParallelMode() || !storesWanted().has('postgres')) return
  shared = open()
  const { url, template } = await shared
  process.env['TEST_DATABASE_URL'] = url('postgres')
  process.env['TEST_DATABASE_TEMPLATE'] = template
}

/** Mocha's, after the last file. */
export async function mochaGlobalTeardown(): Promise<void> {
  await (await shared)?.stop()
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

export async function execute(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}
