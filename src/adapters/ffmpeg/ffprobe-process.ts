import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { JobServerError } from '../../domain/errors.js'
import { toolEnvironment } from './locate-tools.js'
import { lowerPriority } from './lower-priority.js'

const WITHIN_MS = 10_000

/** Of a disk, or of a folder that is shared over a network, which others are using, too. */
const SLOW_BYTES_PER_MS = 10_000

/**
 * Four times what a look at the largest picture takes. ffprobe makes an index of as many pictures as a header says there are, which
 * may be billions in a few kilobytes; ffmpeg would make the same one.
 */
const MAX_MEMORY_KIB = 1024 * 1024
const MEMORY_EACH_MS = 100

export interface FfprobeRun {
  /** The program. */
  readonly program: string
  readonly arguments: readonly string[]
  readonly path: string
  readonly signal: AbortSignal | undefined
  /** How many bytes it has to read, where what is at both ends of the file does not do: a slow disk may take its time for them. @default 0 */
  readonly bytes?: number
  /** What it says, piece by piece. What this throws ends the run, and is its error. */
  readonly onText: (text: string) => void
}

/**
 * Runs ffprobe once; resolves or rejects only when its process is gone.
 *
 * @throws the signal's reason; JobServerError `unsupported-video` when the file is to blame, `ffmpeg-unavailable` when there is
 *   no ffprobe.
 */
export async function runFfprobe(run: FfprobeRun): Promise<void> {
  const { signal, bytes = 0 } = run
  const child = spawn(run.program, [...run.arguments, '-i', `file:${run.path}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: toolEnvironment(),
  })
  lowerPriority(child)
  let failure: Error | null = null
  const end = (error: Error): void => {
    failure ??= error
    child.kill('SIGKILL')
  }
  const withinMs = WITHIN_MS + bytes / SLOW_BYTES_PER_MS
  // Not by the options of the same names: those reject while the process still runs.
  const timer = setTimeout(() => {
    end(unsupported(`the file could not be read within ${Math.round(withinMs / 1000)} s`))
  }, withinMs)
  const memory = setInterval(() => {
    if (residentKib(child.pid) > MAX_MEMORY_KIB) end(unsupported('the file takes too much memory to read'))
  }, MEMORY_EACH_MS)
  const abort = (): void => {
    if (signal !== undefined) end(reasonOf(signal))
  }
  signal?.addEventListener('abort', abort)
  if (signal?.aborted === true) abort()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    try {
      if (failure === null) run.onText(text)
    } catch (error) {
      end(error as Error)
    }
  })
  try {
    await new Promise<void>((done, fail) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        fail(error.code === 'ENOENT' || error.code === 'EACCES' ? unavailable(error) : error)
      })
      child.on('close', (code, killer) => {
        const error = failure ?? (code === 0 ? null : exitError(code, killer))
        if (error === null) done()
        else fail(error)
      })
    })
  } finally {
    clearTimeout(timer)
    clearInterval(memory)
    signal?.removeEventListener('abort', abort)
  }
}

/** 0 where it cannot be told, and of a process that is gone. */
function residentKib(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** What a file can do to ffprobe, other than to displease it. */
const CRASHES = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL'])

function exitError(code: number | null, killer: string | null): Error {
  // A plain exit code: ffprobe ran and did not like the file. Anything else is this machine's trouble.
  if (code !== null) return unsupported('the file is not a video that can be read')
  if (CRASHES.has(killer ?? '')) return unsupported('the file makes ffprobe crash')
  return new Error(`ffprobe was killed with signal ${killer}`)
}

export function unavailable(cause?: unknown): JobServerError {
  return new JobServerError('ffmpeg-unavailable', 'ffmpeg and ffprobe are not there, or do not run', {
    ...(cause === undefined ? {} : { cause }),
    retryAfterSeconds: 30,
  })
}

export function unsupported(message: string): JobServerError {
  return new JobServerError('unsupported-video', message)
}

/** Why a signal was aborted, always as an error. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted')
}
