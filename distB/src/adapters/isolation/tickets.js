import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
const BYTES = 4;
const MANY = Buffer.alloc(1024 * BYTES);
/**
 * Who may begin a run that waits inside an isolate: whoever takes its ticket, the isolate to begin it or the worker to give it to
 * another one.
 *
 * A file without a name, with the numbers of runs in their order. Both processes read it through one open file description, whose
 * position moves with each read (open(2), POSIX.1-2017 2.9.7): no ticket is read by both, without a word between them, even while
 * the isolate spins or when it is dead.
 */
export class Tickets {
    file;
    written = 0;
    /** @param file its descriptor; the isolate has inherited it. */
    constructor(file) {
        this.file = file;
    }
    /** `null` where no file can be made. */
    static create() {
        try {
            const folder = mkdtempSync(join(tmpdir(), 'tickets-'));
            try {
                return new Tickets(openSync(join(folder, 'tickets'), 'wx+'));
            }
            finally {
                rmSync(folder, { recursive: true });
            }
        }
        catch {
            return null;
        }
    }
    /** The worker's side; numbers grow. */
    add(number) {
        MANY.writeUInt32LE(number);
        // At a position of its own: that of the file is where both read.
        this.written += writeSync(this.file, MANY, 0, BYTES, this.written);
    }
    /** The isolate's side: the run that it may begin now, `null` when none waits. */
    take() {
        return readSync(this.file, MANY, 0, BYTES, null) === BYTES ? MANY.readUInt32LE(0) : null;
    }
    /** The worker's side: all that the isolate has not taken, nor ever will. */
    takeBack() {
        const numbers = new Set();
        const length = readSync(this.file, MANY, 0, MANY.length, null);
        for (let at = 0; at < length; at += BYTES)
            numbers.add(MANY.readUInt32LE(at));
        return numbers;
    }
    close() {
        closeSync(this.file);
    }
}
//# sourceMappingURL=tickets.js.map