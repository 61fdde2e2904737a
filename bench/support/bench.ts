import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { PostgresServer } from '../../test/support/postgres-server.js'
import type { Peers } from '../peers/install.js'
import type { Readings } from './figures.js'

/** What every measure works with. */
export interface Bench {
  /** Jobs of one round of one measure. */
  readonly jobs: number
  readonly postgres: PostgresServer
  readonly peers: () => Peers
}

/** One measure of one of those that are compared. */
export interface Case {
  readonly measure: string
  readonly subject: string
  run(bench: Bench): Promise<Readings>
}

/** Runs work on an empty database of its own, which is gone afterwards. */
export async function withDatabase<T>(
  { postgres }: Pick<Bench, 'postgres'>,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const name = `bench_${randomUUID().slice(0, 8)}`
  await execute(postgres.url(), `create database ${name}`)
  try {
    return await work(postgres.url(name))
  } finally {
    await execute(postgres.url(), `drop database ${name} with (force)`)
    // What one has left to be written would be written while the next is measured.
    await execute(postgres.url(), 'checkpoint')
  }
}

export async function execute(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
