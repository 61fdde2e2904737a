import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DEFINITIONS = fileURLToPath(new URL('./ledger-definitions.mjs', import.meta.url))

export interface Entry {
  readonly what: 'start' | 'end' | 'stall'
  readonly jobId: string
  readonly run: number
  readonly key: string
  /** Milliseconds since the epoch, with fractions. */
  readonly at: number
  readonly pid: number
  /** The process that started this one: the worker of an isolate. */
  readonly worker: number
  /** Of a stall: how long the event loop stood still, and the processor time that its process took meanwhile. */
  readonly ms?: number
  readonly cpuMs?: number
}

/** What handlers wrote down themselves, apart from the database. */
export class Ledger {
  private readonly path: string

  constructor(folder: string) {
    this.path = join(folder, 'ledger.jsonl')
    closeSync(openSync(this.path, 'a'))
  }

  /** What a role needs to run the handlers that write here. */
  get env(): Record<string, string> {
    return { JOB_DEFINITIONS: DEFINITIONS, LEDGER: this.path }
  }

  entries(): Entry[] {
    return readFileSync(this.path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Entry)
  }

  starts(jobId: string): Entry[] {
    return this.entries().filter((entry) => entry.what === 'start' && entry.jobId === jobId)
  }

  /**
   * The most runs of a definition that were under way at one time, by the order of what they wrote: a run has written its end before anybody hears
   * of it, so whoever begins in its place writes later, whatever the clocks of their processes say.
   */
  mostAtOnce(key: string): number {
    let now = 0
    let most = 0
    for (const { what } of this.entries().filter((entry) => entry.key === key)) {
      now += what === 'start' ? 1 : -1
      most = Math.max(most, now)
    }
    return most
  }
}
