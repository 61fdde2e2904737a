import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BYTES = 4
const MANY = Buffer.alloc(1024 * BYTES)

/**
 * Who may begin a run that waits inside an isolate: whoever takes its ticket, the isolate to begin it or the worker to give it to
 * another one.
 *
 * A file without a name, with the numbers of runs in their order. Both processes read it through one open file description, whose
 * position moves with each read (open(2), POSIX.1-2017 2.9.7): no ticket is read by both, without a word between them, even while
 * the isolate spins or when it is dead.
 */
export class Tickets {
  private written = 0
  /** Added and not written yet. */
  private added: number[] = []
  private isClosed = false

  /** @param file its descriptor; the isolate has inherited it. */
  constructor(readonly file: number) {}

  /** `null` where no file can be made and written. */
  static create(): Tickets | null {
    try {
      const folder = mkdtempSync(join(tmpdir(), 'tickets-'))
      try {
        return new Tickets(writable(openSync(join(folder, 'tickets'), 'wx+')))
      } finally {
        rmSync(folder, { recursive: true })
      }
    } catch {
      return null
    }
  }

  /** The worker's side; numbers grow. To be written before the isolate hears of their runs. */
  add(number: number): void {
    this.added.push(number)
  }

  /** Makes those that were added ready to be taken. @throws Error when the disk is full: `takeBack` tells which are not ready then. */
  write(): void {
    if (this.added.length === 0 || this.isClosed) return
    const tickets = Buffer.alloc(this.added.length * BYTES)
    this.added.forEach((number, place) => tickets.writeUInt32LE(number, place * BYTES))
    // At a position of its own: that of the file is where both read.
    const length = writeSync(this.file, tickets, 0, tickets.length, this.written)
    this.written += length
    this.added.splice(0, Math.floor(length / BYTES))
    if (length < tickets.length) throw new Error('the disk is full')
  }

  /** The isolate's side: the run that it may begin now, `null` when none waits. */
  take(): number | null {
    return readSync(this.file, MANY, 0, BYTES, null) === BYTES ? MANY.readUInt32LE(0) : null
  }

  /** The worker's side: all that the isolate has not taken, nor ever will. */
  takeBack(): ReadonlySet<number> {
    const numbers = new Set(this.added)
    this.added = []
    const length = readSync(this.file, MANY, 0, MANY.length, null)
    for (let at = 0; at < length; at += BYTES) numbers.add(MANY.readUInt32LE(at))
    return numbers
  }

  /** What was not written is of runs that nobody will begin here. */
  close(): void {
    this.isClosed = true
    closeSync(this.file)
  }
}

/** A full disk takes new files, and none of what is written to them. @throws Error when it is full. */
function writable(file: number): number {
  try {
    writeSync(file, MANY, 0, BYTES, 0)
    ftruncateSync(file)
    return file
  } catch (error) {
    closeSync(file)
    throw error
  }
}
