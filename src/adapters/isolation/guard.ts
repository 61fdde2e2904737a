import { spawn, type ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The worker's side of the process that kills its isolates if this one dies or hangs; it lives as long as there are isolates. */
export class Guard {
  private process: ChildProcess | null = null
  private readonly watched = new Set<number>()
  /** Monotonic, in milliseconds: so long everything that is watched may go on, as it was said last. */
  private keptUntil = 0

  /** @param nodeArguments what a child needs to run TypeScript, when this process runs from sources. */
  constructor(private readonly nodeArguments: readonly string[]) {}

  watch(group: number): void {
    this.watched.add(group)
    if (this.process === null) this.start()
    else this.say(`watch ${group}`)
  }

  forget(group: number): void {
    this.watched.delete(group)
    if (this.watched.size === 0) this.close()
    else this.say(`forget ${group}`)
  }

  /** Everything that is watched is killed unless this is said again within the time. */
  keep(ms: number): void {
    this.keptUntil = performance.now() + ms
    if (this.process !== null) this.say(`keep ${Math.max(0, Math.round(ms))}`)
    else if (this.watched.size > 0) this.start()
  }

  close(): void {
    const { process } = this
    this.process = null
    process?.stdin?.end()
  }

  private say(line: string): void {
    this.process?.stdin?.write(`${line}\n`)
  }

  /** Tried again with the next word when the system has no room for it. */
  private start(): void {
    this.process = this.spawned()
    const ms = Math.round(this.keptUntil - performance.now())
    if (ms > 0) this.say(`keep ${ms}`)
    for (const group of this.watched) this.say(`watch ${group}`)
  }

  private spawned(): ChildProcess | null {
    try {
      return this.spawn()
    } catch {
      return null
    }
  }

  private spawn(): ChildProcess | null {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const program = fileURLToPath(new URL(`./guard-program.${extension}`, import.meta.url))
    const guard = spawn(process.execPath, [...this.nodeArguments, program], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // It removes temporary directories where the isolates make them.
      env: { TMPDIR: tmpdir() },
      // In a session of its own: what ends the worker's group must not end its guard first.
      detached: true,
    })
    guard.on('error', () => undefined)
    if (guard.pid === undefined) return null
    guard.unref()
    guard.stdin.on('error', () => undefined)
    guard.once('exit', () => {
      if (this.process !== guard) return
      this.process = null
      if (this.watched.size > 0) this.start()
    })
    return guard
  }
}
