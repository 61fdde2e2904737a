import { openSync, readFileSync, readSync, writeSync } from 'node:fs'
import type { Usage } from '../../domain/attempt.js'

/** What the system tells of a process; a look costs more than a small job. */
export interface ProcessSample {
  readonly residentBytes: number
  /** The most it had resident since its peak was last reset. */
  readonly peakBytes: number
  /** Of its whole life, with the children that it waited for. */
  readonly cpuMs: number
}

const TICK_MS = 10
const KIB = 1024
const RESET_PEAK = Buffer.from('5')
/** So much more than the least of its runs an ordinary one may take. */
const SMALL_BYTES = 8 * 1024 * KIB
/** A run that takes less time used no processor time to speak of and little memory: its own look would cost more than it did. */
const BRIEF_MS = 0.5
/** Such runs share a look as old as this. */
const SHARED_MS = 10
/** Children that took processor time took more than this. */
const SHORT_MS = 10

/** `null` where this cannot be told, or of a process that is gone. */
export function sampleProcess(pid: number): ProcessSample | null {
  try {
    const memory = memoryOf(readFileSync(`/proc/${pid}/status`, 'latin1'))
    return memory === null
      ? null
      : { ...memory, cpuMs: sum(ticksOf(readFileSync(`/proc/${pid}/stat`, 'latin1'))) * TICK_MS }
  } catch {
    return null
  }
}

/** Measures runs from inside the process that they are in, one after the other. */
export class UsageMeter {
  private readonly status = openFile('/proc/self/status', 'r')
  private readonly stat = openFile('/proc/self/stat', 'r')
  private readonly reset = openFile('/proc/self/clear_refs', 'w')
  private readonly buffer = Buffer.allocUnsafe(8 * KIB)
  private startedAt = 0
  private childrenMs = 0
  private ownMs = msOf(process.cpuUsage())
  private leastPeakBytes = Infinity
  /** Once for each look: until the next one nobody is told another peak. */
  private toReset = false
  private peakBytes = 0
  private residentBytes = 0
  private lookedAt = -Infinity
  /** What brief runs took since. */
  private briefMs = 0

  /** Processor time of this process until it was last asked, with the children that were looked at. */
  get cpuMs(): number {
    return this.ownMs + this.childrenMs
  }

  begin(): void {
    // What the run before has taken and given back since is not told of this one.
    if (this.reset !== null && this.toReset) writeSync(this.reset, RESET_PEAK, 0, RESET_PEAK.length, 0)
    this.toReset = false
    this.startedAt = performance.now()
  }

  /** What was used since the run before has ended, and what is resident now (0 where this cannot be told). */
  end(): { readonly tookMs: number; readonly usage: Usage; readonly residentBytes: number } {
    const now = performance.now()
    const tookMs = now - this.startedAt
    const isBrief = tookMs < BRIEF_MS && now - this.lookedAt < SHARED_MS
    const cpuMs = isBrief ? 0 : this.look(now, tookMs)
    if (isBrief) this.briefMs += tookMs
    return {
      tookMs,
      usage: { cpuMs: Math.round(cpuMs), maxRssBytes: this.peakBytes },
      residentBytes: this.residentBytes,
    }
  }

  /** Answers the processor time since the last look, but for that of brief runs. */
  private look(now: number, tookMs: number): number {
    const before = this.cpuMs + this.briefMs
    this.lookedAt = now
    this.briefMs = 0
    this.ownMs = msOf(process.cpuUsage())
    if (tookMs > SHORT_MS) this.childrenMs = this.childrenSoFarMs()
    const memory = memoryOf(this.read(this.status))
    this.peakBytes = memory?.peakBytes ?? process.resourceUsage().maxRSS * KIB
    this.leastPeakBytes = Math.min(this.leastPeakBytes, this.peakBytes)
    this.toReset = this.peakBytes > this.leastPeakBytes + SMALL_BYTES
    this.residentBytes = memory?.residentBytes ?? 0
    return Math.max(0, this.cpuMs - before)
  }

  private childrenSoFarMs(): number {
    const [, , user = 0, system = 0] = ticksOf(this.read(this.stat))
    return (user + system) * TICK_MS
  }

  private read(file: number | null): string {
    if (file === null) return ''
    return this.buffer.toString('latin1', 0, readSync(file, this.buffer, 0, this.buffer.length, 0))
  }
}

/** How many bytes this process and the children that it waited for have written, to whatever: the system counts them (proc(5), `io`). */
export class WrittenBytes {
  private readonly file = openFile('/proc/self/io', 'r')
  private readonly buffer = Buffer.allocUnsafe(KIB)

  /** `null` where this cannot be told. */
  soFar(): number | null {
    if (this.file === null) return null
    const text = this.buffer.toString('latin1', 0, readSync(this.file, this.buffer, 0, this.buffer.length, 0))
    const count = /^wchar: (\d+)/m.exec(text)?.[1]
    return count === undefined ? null : Number(count)
  }
}

function memoryOf(status: string): { readonly residentBytes: number; readonly peakBytes: number } | null {
  const peak = /^VmHWM:\s+(\d+)/m.exec(status)?.[1]
  const resident = /^VmRSS:\s+(\d+)/m.exec(status)?.[1]
  return peak === undefined || resident === undefined
    ? null
    : { residentBytes: Number(resident) * KIB, peakBytes: Number(peak) * KIB }
}

/** User and system time, then those of children. */
function ticksOf(stat: string): number[] {
  return statFields(stat).slice(11, 15).map(Number)
}

/** What a process's `stat` (proc(5)) says from its third field on; the name before may hold anything, brackets too. */
export function statFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}

function msOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000
}

/** `null` on systems without it. */
function openFile(path: string, flags: 'r' | 'w'): number | null {
  try {
    return openSync(path, flags)
  } catch {
    return null
  }
}
