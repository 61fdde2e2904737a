/**
 * The server beside its peers, and beside what PostgreSQL and Koa allow, in one run on one PostgreSQL that waits for its disk.
 * Usage: `npm run bench -- [--only <text>[,<text>…]] [--runs 5] [--jobs 20000] [--save <file>] [--against <file>]`.
 *
 * Prints one line of JSON for each figure, its median over all rounds, then tables: figures, beside those of a saved run where one is
 * named, and ratios that are aimed at. Each round runs all cases in turn, so that what changes on the machine meets all of them.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { PostgresServer } from '../test/support/postgres-server.js'
import { bareSqlCases } from './measures/bare-sql.js'
import { bareSqliteCases } from './measures/bare-sqlite.js'
import { drainCases, workersCases } from './measures/drain.js'
import { enqueueCases } from './measures/enqueue.js'
import { latencyCases, saturatedCases } from './measures/latency.js'
import { memoryCases } from './measures/memory.js'
import { bareKoaCases, peerCases } from './measures/peers.js'
import { videoCases } from './measures/video.js'
import { installPeers, type Peers } from './peers/install.js'
import { AIMS, isReached, lookupIn } from './support/aims.js'
import type { Case } from './support/bench.js'
import { Figures, keyOf, readFigures, type Figure } from './support/figures.js'

/** Durable, and it tells of locks that somebody waits for. */
const SETTINGS = [
  'fsync=on',
  'synchronous_commit=on',
  'shared_buffers=512MB',
  'max_wal_size=4GB',
  'log_lock_waits=on',
  'deadlock_timeout=10ms',
  'logging_collector=on',
]
const CASES: readonly Case[] = [
  ...enqueueCases,
  ...drainCases,
  ...latencyCases,
  ...peerCases,
  ...bareSqlCases,
  ...bareSqliteCases,
  ...bareKoaCases,
  ...workersCases,
  ...saturatedCases,
  ...videoCases,
  ...memoryCases,
]

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '20000' },
    save: { type: 'string' },
    against: { type: 'string' },
  },
})
const wanted = options.only.split(',')
const cases = CASES.filter(({ measure, subject }) =>
  wanted.some((text) => `${measure}: ${subject}`.includes(text)),
)
if (cases.length === 0)
  throw new Error(
    `--only ${options.only} matches none of:\n${CASES.map(({ measure, subject }) => `${measure}: ${subject}`).join('\n')}`,
  )
const earlier = options.against === undefined ? [] : readFigures(options.against)

const figures = new Figures()
let installed: Peers | null = null
const postgres = await PostgresServer.start(SETTINGS)
try {
  const bench = { jobs: Number(options.jobs), postgres, peers: () => (installed ??= installPeers()) }
  for (let round = 0; round < Number(options.runs); round += 1)
    for (const { measure, subject, ...each } of cases) {
      const readings = await each.run(bench)
      figures.add(measure, subject, readings)
      console.error(`${measure}: ${subject}`, readings)
    }
} finally {
  await postgres.stop()
}

const lines = figures.all().map((figure) => JSON.stringify(figure))
console.log(lines.join('\n'))
if (options.save !== undefined) writeFileSync(options.save, `${lines.join('\n')}\n`)
showFigures(figures.all(), earlier)
showAims(figures.all())

function showFigures(all: readonly Figure[], before: readonly Figure[]): void {
  const known = new Map(before.map((figure) => [keyOf(figure), figure.median]))
  console.table(
    all.map((figure) => {
      const { measure, subject, metric, median, runs } = figure
      const range = runs.length > 1 ? `${Math.min(...runs)} – ${Math.max(...runs)}` : ''
      const then = known.get(keyOf(figure))
      return {
        measure,
        subject,
        metric,
        median,
        range,
        ...(then === undefined ? {} : { 'against before': Number((median / then).toFixed(2)) }),
      }
    }),
  )
}

/** Those whose figures were all measured. */
function showAims(all: readonly Figure[]): void {
  const lookup = lookupIn(all)
  const rows = AIMS.map((aim) => ({ aim, ratio: aim.ratio(lookup) })).filter(
    ({ ratio }) => !Number.isNaN(ratio),
  )
  if (rows.length === 0) return
  console.table(
    rows.map(({ aim, ratio }) => ({
      'aimed at': aim.what,
      ratio: Number(ratio.toPrecision(3)),
      aim: aim.atLeast === undefined ? `≤ ${aim.atMost ?? ''}` : `≥ ${aim.atLeast}`,
      reached: isReached(aim, ratio) ? 'yes' : 'no',
    })),
  )
}
