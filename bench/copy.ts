/**
 * How long `job-server db copy` takes, from SQLite to PostgreSQL and back, and how much memory.
 * Usage: `tsx bench/copy.ts [<jobs>]`, of which a tenth is queued; 100,000 unless said otherwise. Needs the build.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { PostgresServer } from '../test/support/postgres-server.js'

const run = promisify(execFile)
const jobs = Number(process.argv[2] ?? 100_000)
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'job-server-bench-copy-'))
const [source, back] = [join(folder, 'source.db'), join(folder, 'back.db')]
/** Says at its end what it took at most, in KiB. */
const TOLD = `data:text/javascript,process.on('exit', () => process.stderr.write('maxrss ' + process.resourceUsage().maxRSS))`

const server = await PostgresServer.start()
try {
  const sizes = [String(jobs - Math.floor(jobs / 10)), String(Math.floor(jobs / 10))]
  await run(process.execPath, ['--import', 'tsx', at('./fill.ts'), `sqlite:${source}`, ...sizes])
  const copies = [
    [`sqlite:${source}`, server.url()],
    [server.url(), `sqlite:${back}`],
  ] as const
  for (const [from, to] of copies) {
    const command = [
      at('../dist/src/bootstrap/cli/main.js'),
      '-o',
      'json',
      'db',
      'copy',
      '--from',
      from,
      '--to',
      to,
    ]
    const { stdout, stderr } = await run(process.execPath, ['--import', TOLD, ...command, '--force'])
    const { seconds, tables } = JSON.parse(stdout) as { seconds: number; tables: { rows: number }[] }
    const rows = tables.reduce((sum, table) => sum + table.rows, 0)
    const maxRssMb = Math.round(Number(/maxrss (\d+)/.exec(stderr)?.[1]) / 1024)
    const [way] = from.split(':')
    console.log(
      JSON.stringify({ from: way, jobs, rows, seconds, rowsPerSecond: Math.round(rows / seconds), maxRssMb }),
    )
  }
  console.log(JSON.stringify({ sourceMb: Math.round(statSync(source).size / 1e6) }))
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
