import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  FileStoreRefusedError,
  type FileStore,
  type FileWorkspace,
} from '../../application/ports/file-store.js'
import { makeFolder } from './make-folder.js'
import { S3Bucket, type S3BucketOptions } from './s3-bucket.js'
import { putFile } from './s3-upload.js'
import { S3Workspace } from './s3-workspace.js'
import { isServerMade, KEPT, storedName, storedPath } from './stored-name.js'
import { removeUnfinished } from './unfinished.js'

export interface S3FileStoreOptions extends S3BucketOptions {
  /** Of this machine, for uploads that are received and copies that are worked on; absolute, or relative to the working directory. */
  readonly dataDir: string
  /** Sortable ids without path separators. */
  readonly newId: () => string
}

/** Of parts a store tells when the first one came, not the last: an honest upload may take hours. */
const UNFINISHED_MS = 86_400_000
const PROBE_MS = 2_500
/** Longer: to find out that there are no keys takes some seconds outside of Amazon. */
const START_MS = 8_000

/** Files in a bucket of an S3-compatible store, for any number of machines. */
export class S3FileStore implements FileStore {
  readonly uploadTempDir: string
  private readonly workDir: string
  private readonly bucket: S3Bucket
  private readonly newId: () => string

  constructor({ dataDir, newId, ...bucket }: S3FileStoreOptions) {
    const temporary = join(resolve(dataDir), 'tmp')
    this.uploadTempDir = join(temporary, 'uploads')
    this.workDir = join(temporary, 'work')
    this.bucket = new S3Bucket(bucket)
    this.newId = newId
  }

  async prepare(): Promise<void> {
    for (const folder of [this.uploadTempDir, this.workDir])
      await makeFolder(folder).catch((error: unknown) => {
        throw new FileStoreRefusedError(`cannot make ${folder}: ${(error as Error).message}`, {
          cause: error,
        })
      })
    await this.removeOwnUnfinished()
    await this.bucket.check(START_MS)
  }

  isThere(): Promise<boolean> {
    return this.bucket.check(PROBE_MS).then(
      () => true,
      () => false,
    )
  }

  async keepUpload(
    temporaryPath: string,
    originalName: string,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<{ path: string; name: string }> {
    const name = storedName(this.newId(), originalName)
    const path = `uploads/${name}`
    await putFile(this.bucket, path, temporaryPath, signal)
    await rm(temporaryPath, { force: true })
    return { path, name }
  }

  workspace(): FileWorkspace {
    return new S3Workspace(this.bucket, this.workDir)
  }

  async size(path: string): Promise<number | null> {
    return this.bucket.size(storedPath(path))
  }

  async *read(
    path: string,
    range?: { readonly start: number; readonly end: number },
  ): AsyncGenerator<Uint8Array> {
    yield* this.bucket.read(storedPath(path), range)
  }

  async remove(path: string): Promise<void> {
    await this.bucket.remove(storedPath(path))
  }

  async *untouchedSince(then: Date): AsyncGenerator<string> {
    for (const folder of KEPT)
      for await (const { key, modifiedAt } of this.bucket.objects(`${folder}/`))
        if (modifiedAt < then && isServerMade(folder, key.slice(folder.length + 1))) yield key
  }

  async removeUnfinished(): Promise<void> {
    await this.removeOwnUnfinished()
    await this.bucket.removeBegunBefore(new Date(Date.now() - UNFINISHED_MS))
  }

  private async removeOwnUnfinished(): Promise<void> {
    await removeUnfinished(this.uploadTempDir)
    await removeUnfinished(this.workDir)
  }
}
