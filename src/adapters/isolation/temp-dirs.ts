import { mkdtempSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty directory for a run in this process. */
export function makeTempDir(): string {
  return mkdtempSync(join(tmpdir(), prefixOf(process.pid)))
}

/** Removes what the runs in a process have left that was killed; what cannot be removed stays. Never rejects. */
export async function removeTempDirsOf(pid: number): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  const own = names.filter((name) => name.startsWith(prefixOf(pid)))
  await Promise.all(
    own.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined)),
  )
}

function prefixOf(pid: number): string {
  return `job-${pid}-`
}
