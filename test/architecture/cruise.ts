import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const FOLDERS = ['src', 'test', 'migrations', 'examples', 'dashboard/src']

export interface Violation {
  readonly rule: string
  readonly from: string
}

/** Runs dependency-cruiser as `npm run architecture` does, on the tree at `root`; violations in order. */
export async function cruise(root: string): Promise<Violation[]> {
  const command = join(ROOT, 'node_modules', '.bin', 'depcruise')
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)))
  const report = await new Promise<string>((resolve, reject) => {
    const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 }
    const args = [command, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders]
    // The exit code counts the violations; the report is complete all the same.
    execFile(process.execPath, args, options, (error, stdout, stderr) =>
      stdout === '' ? reject(error ?? new Error(stderr)) : resolve(stdout),
    )
  })
  const { summary } = JSON.parse(report) as {
    summary: { violations: { rule: { name: string }; from: string }[] }
  }
  return summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }))
}

/** A copy of the real tree with the given files laid over it; removed by `remove`. */
export async function overlay(files: Readonly<Record<string, string>>) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'job-server-architecture-')))
  for (const name of [
    'src',
    'migrations',
    'dashboard',
    '.dependency-cruiser.cjs',
    'package.json',
    'tsconfig.json',
  ]) {
    await cp(join(ROOT, name), join(root, name), { recursive: true })
  }
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'dir')
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) }
}
