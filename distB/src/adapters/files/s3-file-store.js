import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FileStoreRefusedError, } from '../../application/ports/file-store.js';
import { makeFolder } from './make-folder.js';
import { S3Bucket } from './s3-bucket.js';
import { putFile } from './s3-upload.js';
import { S3Workspace } from './s3-workspace.js';
import { isServerMade, KEPT, storedName, storedPath } from './stored-name.js';
import { removeUnfinished } from './unfinished.js';
/** Of parts a store tells when the first one came, not the last: an honest upload may take hours. */
const UNFINISHED_MS = 86_400_000;
const PROBE_MS = 2_500;
/** Longer: to find out that there are no keys takes some seconds outside of Amazon. */
const START_MS = 8_000;
/** Files in a bucket of an S3-compatible store, for any number of machines. */
export class S3FileStore {
    uploadTempDir;
    workDir;
    bucket;
    newId;
    constructor({ dataDir, newId, ...bucket }) {
        const temporary = join(resolve(dataDir), 'tmp');
        this.uploadTempDir = join(temporary, 'uploads');
        this.workDir = join(temporary, 'work');
        this.bucket = new S3Bucket(bucket);
        this.newId = newId;
    }
    async prepare() {
        for (const folder of [this.uploadTempDir, this.workDir])
            await makeFolder(folder, 0o770).catch((error) => {
                throw new FileStoreRefusedError(`cannot make ${folder}: ${error.message}`, {
                    cause: error,
                });
            });
        await this.removeOwnUnfinished();
        await this.bucket.check(START_MS);
    }
    isThere() {
        return this.bucket.check(PROBE_MS).then(() => true, () => false);
    }
    async keepUpload(temporaryPath, originalName, signal = new AbortController().signal) {
        const name = storedName(this.newId(), originalName);
        const path = `uploads/${name}`;
        await putFile(this.bucket, path, temporaryPath, signal);
        await rm(temporaryPath, { force: true });
        return { path, name };
    }
    workspace() {
        return new S3Workspace(this.bucket, this.workDir);
    }
    async size(path) {
        return this.bucket.size(storedPath(path));
    }
    async *read(path, range) {
        yield* this.bucket.read(storedPath(path), range);
    }
    async remove(path) {
        await this.bucket.remove(storedPath(path));
    }
    async *untouchedSince(then) {
        for (const folder of KEPT)
            for await (const { key, modifiedAt } of this.bucket.objects(`${folder}/`))
                if (modifiedAt < then && isServerMade(folder, key.slice(folder.length + 1)))
                    yield key;
    }
    async removeUnfinished() {
        await this.removeOwnUnfinished();
        await this.bucket.removeBegunBefore(new Date(Date.now() - UNFINISHED_MS));
    }
    async removeOwnUnfinished() {
        await removeUnfinished(this.uploadTempDir);
        await removeUnfinished(this.workDir);
    }
}
//# sourceMappingURL=s3-file-store.js.map