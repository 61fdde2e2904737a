// Builds `dist` from the sources. With `--if-stale`: only when the build is missing or older than they are.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  readdirSync,
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
  const files = ['src', 'migrations', 'test/contract'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  )
  return files.some((file) => modified(file) > built)
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Ends the build, and removes what there is of it, when the compiler finds a mistake. */
function compile(project, outDir, fresh) {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const args = [tsc, '-p', join(root, project), '--outDir', outDir]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status === 0) return
  rmSync(fresh, { recursive: true, force: true })
  process.exit(status ?? 1)
}

/** Compiles beside the old build and swaps them at the end: a process that starts meanwhile finds one or the other. */
function build() {
  // Noted before the compiler reads: what is edited meanwhile makes the next start build again.
  const startedAt = new Date()
  const fresh = join(root, `dist-${process.pid}`)
  compile('tsconfig.build.json', fresh, fresh)
  // The client once more, for programs that are CommonJS.
  const commonjs = join(fresh, 'client-cjs')
  compile('tsconfig.client.json', commonjs, fresh)
  writeFileSync(join(commonjs, 'package.json'), '{ "type": "commonjs" }\n')
  chmodSync(join(fresh, 'src/bootstrap/cli/main.js'), 0o755)
  writeFileSync(join(fresh, '.built'), '')
  utimesSync(join(fresh, '.built'), startedAt, startedAt)
  const old = `${fresh}-old`
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
  rmSync(old, { recursive: true, force: true })
}
