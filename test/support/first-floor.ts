import type { Knex } from 'knex'
import * as firstFloor from '../../migrations/0001-first-floor.js'
import { uuid } from './ids.js'

const START = Date.UTC(2026, 0, 1, 12)

/** Events of each job after `queued`, each with its run, as a server of the first schema wrote them. */
const LIVES: readonly (readonly [type: string, run: number | null, payload: Record<string, unknown>])[][] = [
  [started(1), ['retry_scheduled', 1, { error: 'no' }], started(2), ['succeeded', 2, {}]],
  [
    started(1),
    ['lease_lost', 1, {}],
    started(2),
    ['moved_to_dlq', 2, {}],
    ['failed', 2, { error: 'timed out after 1 s' }],
  ],
  [started(1), ['snoozed', 1, {}], started(2), ['lease_lost', 2, {}], ['cancelled', 2, {}]],
  [started(1), ['lease_lost', 1, {}], ['moved_to_dlq', 1, {}], ['failed', 1, { error: 'gone' }]],
  [started(1), ['interrupted', 1, {}]],
  [started(1)],
]

/** What the records of those jobs have to say: attempt, outcome and error of each run. */
export const FIRST_FLOOR_RECORDS: readonly (readonly (readonly [number, string | null, string | null])[])[] =
  [
    [
      [1, 'error', 'no'],
      [2, 'succeeded', null],
    ],
    [
      [1, 'lease_lost', null],
      [2, 'timeout', 'timed out after 1 s'],
    ],
    [
      [1, 'snoozed', null],
      [2, 'cancelled', null],
    ],
    [[1, 'lease_lost', 'gone']],
    [[1, 'interrupted', null]],
    [[1, null, null]],
  ]

/** How many of those jobs there are of each status. */
export const FIRST_FLOOR_SUMMARY = { queued: 1, running: 1, succeeded: 1, failed: 2, cancelled: 1 }

/** Makes the first schema, with a job in each state; answers their ids. */
export async function makeFirstFloor(knex: Knex): Promise<string[]> {
  const migrationSource: Knex.MigrationSource<string> = {
    getMigrations: () => Promise.resolve(['0001-first-floor']),
    getMigrationName: (name) => name,
    getMigration: () => Promise.resolve(firstFloor),
  }
  await knex.migrate.latest({ migrationSource, tableName: 'schema_migrations' })
  const { client } = knex.client.config as Knex.Config
  const instant = (second: number): Date | number => {
    const ms = START + second * 1_000
    return client === 'pg' ? new Date(ms) : ms
  }
  const worker = uuid(0xaaa)
  const facts = { host: 'h', pid: 1, version: '1', slots: 1, definitions: '[]', started_at: instant(0) }
  const times = { heartbeat_at: instant(0), lease_until: instant(0) }
  await knex('workers').insert({ incarnation: worker, name: 'worker-1', ...facts, ...times })
  for (const [index, life] of LIVES.entries()) {
    const id = uuid(index + 1)
    const events = [['queued', null, {}] as const, ...life]
    for (const [place, [type, run, payload]] of events.entries()) {
      const at = instant(place)
      const event = { job_id: id, seq: place + 1, type, at, run, payload: JSON.stringify(payload) }
      await knex('job_events').insert(event)
    }
    const [last = ''] = events.at(-1) ?? []
    const run = Math.max(...life.map((event) => event[1] ?? 0))
    const job = {
      id,
      definition_key: 'work',
      definition_version: 1,
      priority: 0,
      run_at: instant(0),
      params: '{}',
      max_attempts: 3,
      attempts: last === 'interrupted' ? 0 : run,
      run,
      worker_name: 'worker-1',
      queued_at: instant(0),
      started_at: instant(1),
    }
    if (last === 'started' || last === 'interrupted') {
      const lease = last === 'started' ? { lease_token: run, worker } : {}
      await knex('jobs').insert({ ...job, event_seq: events.length, ...lease })
    } else {
      const end = { status: last, crashes: 0, interruptions: 0, finished_at: instant(events.length - 1) }
      await knex('finished_jobs').insert({ ...job, ...end })
    }
    if (last === 'failed') {
      const letter = { id: uuid(0xd00 + index), job_id: id, definition_key: 'work', definition_version: 1 }
      await knex('dead_letters').insert({ ...letter, reason: 'permanent', moved_at: instant(9) })
    }
  }
  return LIVES.map((_, index) => uuid(index + 1))
}

function started(run: number): [string, number, Record<string, unknown>] {
  return ['started', run, { attempt: run, run, workerId: 'worker-1' }]
}
