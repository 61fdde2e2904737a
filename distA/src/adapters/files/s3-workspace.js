import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from './make-folder.js';
import { putFile } from './s3-upload.js';
import { storedPath } from './stored-name.js';
/** Copies of stored files in a folder of its own, which is made when first needed. */
export class S3Workspace {
    bucket;
    folder;
    closed = new AbortController();
    going = new Set();
    /** @param parent absolute. */
    constructor(bucket, parent) {
        this.bucket = bucket;
        this.folder = join(parent, randomUUID());
    }
    fetch(path) {
        return this.track(async (signal) => {
            const key = storedPath(path);
            if ((await this.bucket.size(key)) === null)
                return null;
            const copy = await this.placeOf(key);
            await pipeline(this.bucket.read(key, undefined, signal), createWriteStream(copy), { signal });
            return copy;
        });
    }
    place(path) {
        return this.track(() => this.placeOf(storedPath(path)));
    }
    keep(path) {
        return this.track(async (signal) => {
            const key = storedPath(path);
            const made = await this.placeOf(key);
            await putFile(this.bucket, key, made, signal);
            // Room for what is made next; the workspace may be open for long.
            await rm(made, { force: true });
        });
    }
    async close() {
        this.closed.abort(new Error('the work on files was ended'));
        await Promise.allSettled(this.going);
        await rm(this.folder, { recursive: true, force: true }).catch(() => undefined);
    }
    async placeOf(key) {
        const folder = join(this.folder, key.slice(0, key.indexOf('/')));
        await makeFolder(folder, 0o770);
        return join(folder, key.slice(key.lastIndexOf('/') + 1));
    }
    track(work) {
        const { signal } = this.closed;
        const going = (async () => {
            signal.throwIfAborted();
            return work(signal).catch((error) => {
                signal.throwIfAborted();
                throw error;
            });
        })();
        this.going.add(going);
        const forget = () => this.going.delete(going);
        going.then(forget, forget);
        return going;
    }
}
//# sourceMappingURL=s3-workspace.js.map