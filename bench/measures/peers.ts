import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { tempDir } from '../../test/e2e/support/temp-dir.js'
import type { Peers } from '../peers/install.js'
import { withDatabase, type Bench, type Case } from '../support/bench.js'
import type { Readings } from '../support/figures.js'
import { WARM_UP as DRAINED_BEFORE } from './drain.js'
import { singlePosts, WARM_UP as REQUESTED_BEFORE } from './enqueue.js'

/** Measures by the names that this project and the programs of the peers have for them, and the most jobs that make sense. */
const MEASURES = { 'bulk enqueue': 'bulk', 'single enqueue': 'single', drain: 'drain', latency: 'latency' }
const ON_POSTGRES = ['graphile-worker', 'graphile-worker, local queue', 'pg-boss']
/** Its library calls take about a millisecond each, and they do not get faster with more of them. */
const MOST_SINGLE = 3_000

export const peerCases: readonly Case[] = Object.entries(MEASURES).flatMap(([measure, program]): Case[] => [
  ...ON_POSTGRES.map((subject) => ({ measure, subject, run: onPostgres(subject, program) })),
  { measure, subject: 'plainjob', run: onSqlite(program) },
])

/** The same requests, answered the same, by what the server is built on and nothing else. */
export const bareKoaCases: readonly Case[] = [
  {
    measure: 'single enqueue',
    subject: 'bare Koa, nothing kept',
    run: async ({ peers, jobs }) => {
      const { folder } = peers()
      const child = spawn(process.execPath, [join(folder, 'bare-koa.mjs')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      try {
        const [port] = (await once(createInterface(child.stdout), 'line')) as [string]
        return await singlePosts(`http://127.0.0.1:${port}`, jobs)
      } finally {
        child.kill('SIGKILL')
        await once(child, 'close')
      }
    },
  },
]

function onPostgres(peer: string, program: string) {
  return (bench: Bench): Promise<Readings> =>
    withDatabase(bench, async (url) => {
      const peers = bench.peers()
      const jobs = program === 'single' ? Math.min(MOST_SINGLE, bench.jobs) : bench.jobs
      return runPeer(peers, peers.node, [peer, program, url], jobs)
    })
}

function onSqlite(program: string) {
  return async (bench: Bench): Promise<Readings> => {
    const folder = tempDir()
    try {
      const measure = ['plainjob', program, join(folder.path, 'jobs.db')] as const
      return runPeer(bench.peers(), process.execPath, measure, bench.jobs)
    } finally {
      rmSync(folder.path, { recursive: true, force: true })
    }
  }
}

function runPeer(
  { folder }: Peers,
  node: string,
  measure: readonly [peer: string, program: string, database: string],
  jobs: number,
): Readings {
  const warmUp = { drain: DRAINED_BEFORE, latency: REQUESTED_BEFORE }[measure[1]] ?? jobs
  const args = [...measure, String(jobs), String(warmUp)]
  const { status, stdout, stderr } = spawnSync(node, [join(folder, 'peer.mjs'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, BETTER_SQLITE3: createRequire(import.meta.url).resolve('better-sqlite3') },
  })
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`)
  return JSON.parse(stdout.trim()) as Readings
}
