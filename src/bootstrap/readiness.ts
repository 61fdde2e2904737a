import { access, constants, statfs } from 'node:fs/promises'
import type { Readiness as Report } from '../adapters/http/deps.js'
import type { Worker } from '../adapters/worker/worker.js'
import type { Executor } from '../application/ports/executor.js'
import type { Stores } from '../application/ports/stores.js'
import { SchemaOutdatedError, StorageReadOnlyError } from '../domain/errors.js'

/** Answers states by name: `ok`, or in a few words what is wrong. */
export type Check = () => Promise<Readonly<Record<string, string>>>

const WITHIN_MS = 3_000
/** With less than this an upload or a commit is likely to fail. */
const MIN_FREE_BYTES = 10 * 1024 * 1024

/** Whether this process can do its work, asked of all its parts at once. */
export class Readiness {
  private readonly checks: [name: string, check: Check][] = []
  private asking: Promise<Report> | null = null

  /** @param name stands for the check itself, when it fails or does not answer. */
  add(name: string, check: Check): void {
    this.checks.push([name, check])
  }

  /** Never rejects, and answers within 3 s; whoever asks meanwhile shares the answer. */
  report(): Promise<Report> {
    this.asking ??= this.ask().finally(() => (this.asking = null))
    return this.asking
  }

  private async ask(): Promise<Report> {
    const answers = await Promise.all(this.checks.map(([name, check]) => answerOf(name, check)))
    const checks = Object.fromEntries(answers.flatMap((states) => Object.entries(states)))
    return { ready: Object.values(checks).every((state) => state === 'ok'), checks }
  }
}

async function answerOf(name: string, check: Check): ReturnType<Check> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Readonly<Record<string, string>>>((resolve) => {
    timer = setTimeout(resolve, WITHIN_MS, { [name]: 'does not answer' })
  })
  try {
    return await Promise.race([check().catch(() => ({ [name]: 'failed' })), late])
  } finally {
    clearTimeout(timer)
  }
}

export function checkDatabase(stores: Pick<Stores, 'ping'>): Check {
  return async () => {
    try {
      await stores.ping()
      return { database: 'ok', migrations: 'ok' }
    } catch (error) {
      if (error instanceof SchemaOutdatedError) return { database: 'ok', migrations: 'not current' }
      return { database: error instanceof StorageReadOnlyError ? 'read-only' : 'away' }
    }
  }
}

/** Whether files can still be kept in each of these folders. */
export function checkDisk(folders: readonly string[], minFreeBytes = MIN_FREE_BYTES): Check {
  return async () => {
    const states = await Promise.all(folders.map((folder) => diskOf(folder, minFreeBytes)))
    return { disk: states.find((state) => state !== 'ok') ?? 'ok' }
  }
}

async function diskOf(folder: string, minFreeBytes: number): Promise<string> {
  try {
    await access(folder, constants.W_OK)
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize >= minFreeBytes ? 'ok' : 'full'
  } catch {
    return 'not writable'
  }
}

/** Whether a worker can take jobs, as far as it is up to itself. */
export function checkWorker(
  worker: Pick<Worker, 'isRegistered'>,
  executor: Pick<Executor, 'heldAfterEnd' | 'isReplaced'>,
  { slots }: { readonly slots: number },
): Check {
  const state = (): string => {
    if (!worker.isRegistered) return 'holds no lease'
    if (executor.isReplaced) return 'was built or installed anew in its place: restart it'
    return executor.heldAfterEnd < slots ? 'ok' : 'handlers of ended jobs keep all its slots'
  }
  return () => Promise.resolve({ worker: state() })
}

/** One thing that holds or does not. */
export function checkThat(name: string, holds: () => boolean, otherwise: string): Check {
  return () => Promise.resolve({ [name]: holds() ? 'ok' : otherwise })
}
