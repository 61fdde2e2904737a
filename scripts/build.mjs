// Builds `dist` from the sources: the server and its page. With `--if-stale`: only when the build is missing or older than they are.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const stamp = join(dist, '.built')

if (!process.argv.includes('--if-stale') || isStale()) build()

function isStale() {
  const built = modified(stamp)
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.client.json', 'scripts/build.mjs']
  const files = ['src', 'migrations', 'dashboard', 'test/contract'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  )
  return [...files, ...settings.map((name) => join(root, name))].some((file) => modified(file) > built)
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Compiles beside the old build and swaps them at the end: a process that starts meanwhile finds one or the other. */
function build() {
  // Noted before the compiler reads: what is edited meanwhile makes the next start build again.
  const startedAt = new Date()
  const fresh = join(root, `dist-${process.pid}`)
  const { resolve } = createRequire(import.meta.url)
  const tsc = (project, outDir) =>
    run([resolve('typescript/bin/tsc'), '-p', join(root, project), '--outDir', outDir], fresh)
  tsc('tsconfig.build.json', fresh)
  // The client once more, for programs that are CommonJS.
  const commonjs = join(fresh, 'client-cjs')
  tsc('tsconfig.client.json', commonjs)
  writeFileSync(join(commonjs, 'package.json'), '{ "type": "commonjs" }\n')
  chmodSync(join(fresh, 'src/bootstrap/cli/main.js'), 0o755)
  prune(fresh)
  const vite = join(dirname(resolve('vite/package.json')), 'bin', 'vite.js')
  const config = join(root, 'dashboard', 'vite.config.mjs')
  run([vite, 'build', '--config', config, '--outDir', join(fresh, 'dashboard'), '--logLevel', 'warn'], fresh)
  writeFileSync(join(fresh, '.built'), '')
  utimesSync(join(fresh, '.built'), startedAt, startedAt)
  const old = `${fresh}-old`
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
  rmSync(old, { recursive: true, force: true })
}

/** Removes declarations that no front door leads to: nobody can import what they declare, and they are a fifth of the package. */
function prune(fresh) {
  const open = ['src/index.d.ts', 'src/testing/index.d.ts', 'src/client/index.d.ts'].map((path) =>
    join(fresh, path),
  )
  const kept = new Set(open)
  for (const path of open) {
    const text = readFileSync(path, 'utf8')
    for (const [, to] of text.matchAll(/(?:from |import\(|import )['"](\.[^'"]+)\.js['"]/g)) {
      const next = join(dirname(path), `${to}.d.ts`)
      if (!kept.has(next)) open.push(next)
      kept.add(next)
    }
  }
  for (const folder of ['src', 'test', 'migrations'])
    for (const name of readdirSync(join(fresh, folder), { recursive: true }))
      if (name.endsWith('.d.ts') && !kept.has(join(fresh, folder, name))) rmSync(join(fresh, folder, name))
}

/** Runs a part of the build; when it fails, nothing of what was built is left. */
function run(command, fresh) {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' })
  if (status === 0) return
  rmSync(fresh, { recursive: true, force: true })
  process.exit(status ?? 1)
}
