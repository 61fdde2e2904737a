import { mkdtempSync, readFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { statFields } from './process-usage.js'

/** When a process was started, as its `stat` tells it in field 22. */
const START_FIELD = 19

/** Who was killed just now may still write. */
const REMOVAL = { recursive: true, force: true, maxRetries: 3, retryDelay: 20 }

let ownPrefix: string | null = null

/** An empty directory for a run in this process. */
export function makeTempDir(): string {
  return mkdtempSync(join(tmpdir(), (ownPrefix ??= tempPrefixOf(process.pid))))
}

/**
 * How the names of all such directories of a process begin that is alive: by its id and its start, since containers that share a folder may
 * have processes of the same id.
 */
export function tempPrefixOf(pid: number): string {
  return `job-${pid}-${startOf(pid)}-`
}

/** Removes what the runs in a process have left that was killed; what cannot be removed stays. Never rejects. */
export async function removeTempDirs(prefix: string): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  const left = names.filter((name) => name.startsWith(prefix))
  await Promise.all(left.map((name) => rm(join(tmpdir(), name), REMOVAL).catch(() => undefined)))
}

/** Nothing where this cannot be told. */
function startOf(pid: number): string {
  try {
    return statFields(readFileSync(`/proc/${pid}/stat`, 'latin1'))[START_FIELD] ?? ''
  } catch {
    return ''
  }
}
