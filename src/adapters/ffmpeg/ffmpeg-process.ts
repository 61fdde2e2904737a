import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import ffmpeg, { type FfmpegCommand } from 'fluent-ffmpeg'
import { guardGroup } from './group-guard.js'
import { reasonOf, unsupported } from './ffprobe-process.js'
import { toolEnvironment } from './locate-tools.js'
import { lowerPriority } from './lower-priority.js'

const STDERR_LINES = 40
/** What ffmpeg says when not the input is to blame but the machine, or how this ffmpeg was built. */
const TROUBLE_OF_MACHINE =
  /no space left|quota exceeded|cannot allocate memory|input\/output error|permission denied|read-only file system|too many open files|temporarily unavailable|no such file|unknown encoder|unrecognized option|no such filter/i

/** The packaged ffmpeg says so and ends as if all were well; what it has made lacks its end, and its index. */
const END_IS_MISSING = /^error writing trailer/im

export interface FfmpegRun {
  /** The program. */
  readonly program: string
  readonly inputPath: string
  readonly inputArguments: readonly string[]
  readonly outputPath: string
  readonly outputArguments: readonly string[]
  readonly signal: AbortSignal
  /** From SIGTERM to SIGKILL after an abort. */
  readonly killGraceMs: number
  /** Whether the process leads a group of its own, so that a wrapper script goes with all it started. */
  readonly ownGroup: boolean
  /** How many seconds of the input are done; called as often as ffmpeg says so. */
  readonly onTime: (seconds: number) => void
}

/**
 * Runs ffmpeg once; resolves or rejects only when its process is gone, also when `signal` aborts before there is one. When
 * this process is killed, ffmpeg goes with it.
 *
 * @returns the last lines that ffmpeg wrote, in one; with nothing to complain of, none.
 * @throws the signal's reason, or an error with those lines: JobServerError `unsupported-video` when no other try will do better.
 */
export async function runFfmpeg(run: FfmpegRun): Promise<string> {
  const { signal } = run
  const process = new FfmpegProcess(run)
  const abort = (): void => {
    process.stop(run.killGraceMs)
  }
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    const remarks = await process.end
    if (!signal.aborted) return remarks
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
  throw reasonOf(signal)
}

/** The undocumented methods of fluent-ffmpeg 2.1.3 (the last version there will ever be) that have to be held. */
interface Internals {
  _getFfmpegPath: (done: (error: Error | null, path: string) => void) => void
  _checkCapabilities: (done: (error: Error | null) => void) => void
  availableEncoders: (done: (error: Error | null, encoders: object) => void) => void
  _spawnFfmpeg: (args: readonly string[], options: object, onProcess: OnProcess, onEnd: OnEnd) => void
}
type OnProcess = (child: ChildProcess, ...rings: unknown[]) => void
type OnEnd = (error: Error | null, stdout: Ring | undefined, stderr: Ring | undefined) => void
interface Ring {
  get(): string
}

class FfmpegProcess {
  readonly end: Promise<string>
  private child: ChildProcess | null = null
  private gone: Promise<unknown> = Promise.resolve()
  private killAfterMs: number | null = null
  private killTimer: NodeJS.Timeout | undefined
  private releaseGuard: () => void = () => undefined
  private readonly killNow = (): void => {
    this.signalGroup('SIGKILL')
  }

  constructor(private readonly run: FfmpegRun) {
    const tail: string[] = []
    const command = this.prepared()
    const ended = new Promise<string>((done, fail) => {
      // No listener for fluent's own `progress`: it would start an ffprobe that nobody can stop.
      command.on('stderr', (line: string) => {
        const seconds = timeOf(line)
        if (seconds !== null) run.onTime(seconds)
        // A blank line, with which some builds begin, says nothing of why it failed.
        else if (line.trim() !== '' && tail.push(line) > STDERR_LINES) tail.shift()
      })
      command.on('end', () => {
        const said = tail.join('\n')
        if (END_IS_MISSING.test(said)) fail(new Error(`ffmpeg failed: ${readable(said, run)}`))
        else done(readable(said, run))
      })
      command.on('error', (error: Error) => {
        const said = tail.length > 0 ? tail.join('\n') : error.message
        const text = `ffmpeg failed: ${readable(said, run)}`
        fail(isOfInput(error.message, said) ? unsupported(text) : new Error(text))
      })
    })
    command.run()
    this.end = ended.finally(async () => {
      await this.gone
      clearTimeout(this.killTimer)
      this.releaseGuard()
      process.off('exit', this.killNow)
    })
  }

  /** SIGTERM, then SIGKILL; if there is no process yet, as soon as there is one. */
  stop(killAfterMs: number): void {
    this.killAfterMs = killAfterMs
    if (this.child === null) return
    this.signalGroup('SIGTERM')
    this.killTimer ??= setTimeout(this.killNow, killAfterMs)
  }

  private prepared(): FfmpegCommand {
    const { program, inputPath, inputArguments, outputPath, outputArguments } = this.run
    const command = ffmpeg({ stdoutLines: STDERR_LINES })
      .input(`file:${inputPath}`)
      .inputOptions(...inputArguments)
      .output(outputPath)
      .outputOptions(...outputArguments)
    const internals = command as unknown as Internals
    // Its path is a variable of the whole process; its list of formats and encoders misreads ffmpeg 7.
    internals._getFfmpegPath = (done) => {
      done(null, program)
    }
    internals._checkCapabilities = (done) => {
      done(null)
    }
    internals.availableEncoders = (done) => {
      done(null, {})
    }
    const spawn = internals._spawnFfmpeg.bind(command)
    internals._spawnFfmpeg = (args, options, onProcess, onEnd) => {
      // Without the rings a program that cannot be started would end this whole process.
      const nothing: Ring = { get: () => '' }
      const end: OnEnd = (error, stdout, stderr) => {
        onEnd(error, stdout ?? nothing, stderr ?? nothing)
      }
      try {
        // In a group of its own: a Ctrl+C at the terminal is the server's to handle.
        spawn(
          args,
          { ...options, detached: this.run.ownGroup, env: toolEnvironment() },
          (child, ...rings) => {
            this.spawned(child)
            onProcess(child, ...rings)
          },
          end,
        )
      } catch (error) {
        end(error as Error, nothing, nothing)
      }
    }
    return command
  }

  private spawned(child: ChildProcess): void {
    if (child.pid === undefined) return
    this.child = child
    this.gone = once(child, 'close').catch(() => undefined)
    if (this.run.ownGroup) this.releaseGuard = guardGroup(child.pid)
    process.on('exit', this.killNow)
    lowerPriority(child)
    if (this.killAfterMs !== null) this.stop(this.killAfterMs)
  }

  private signalGroup(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.child?.pid === undefined) return
    try {
      process.kill(this.run.ownGroup ? -this.child.pid : this.child.pid, name)
    } catch {
      // Gone already.
    }
  }
}

/** Whether ffmpeg ended by itself, at something that is the same at every try. */
function isOfInput(reason: string, said: string): boolean {
  const code = Number(/^ffmpeg exited with code (\d+)/.exec(reason)?.[1] ?? 255)
  // 255 is ffmpeg's after a signal; a shell around it says 126 and 127 without an ffmpeg, and 128 with the signal's number added.
  const isOwn = code < 126 || (code > 160 && code < 255)
  return isOwn && !TROUBLE_OF_MACHINE.test(said)
}

/** Only ffmpeg's own status line counts: a file's metadata may hold anything. */
function timeOf(line: string): number | null {
  const match = /^(?:frame|size)=.*time=(?:(\d+):(\d+):(\d+(?:\.\d+)?)|N\/A|-)/.exec(line)
  if (match === null) return null
  const [, hours = '0', minutes = '0', seconds = '0'] = match
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

/** The last lines in one, without the server's folders. */
function readable(stderr: string, { inputPath, outputPath }: FfmpegRun): string {
  return stderr
    .replaceAll(`file:${inputPath}`, 'the input')
    .replaceAll(inputPath, 'the input')
    .replaceAll(outputPath, 'the output')
    .replace(/(?<![\w.])\/(?:[^\s/:'"]+\/)+/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-5)
    .join('; ')
    .slice(-500)
}
