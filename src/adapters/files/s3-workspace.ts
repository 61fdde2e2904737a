import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FileWorkspace } from '../../application/ports/file-store.js'
import { makeFolder } from './make-folder.js'
import type { S3Bucket } from './s3-bucket.js'
import { putFile } from './s3-upload.js'
import { storedPath } from './stored-name.js'

/** Copies of stored files in a folder of its own, which is made when first needed. */
export class S3Workspace implements FileWorkspace {
  private readonly folder: string
  private readonly closed = new AbortController()
  private readonly going = new Set<Promise<unknown>>()

  /** @param parent absolute. */
  constructor(
    private readonly bucket: S3Bucket,
    parent: string,
  ) {
    this.folder = join(parent, randomUUID())
  }

  fetch(path: string): Promise<string | null> {
    return this.track(async (signal) => {
      const key = storedPath(path)
      if ((await this.bucket.size(key)) === null) return null
      const copy = await this.placeOf(key)
      await pipeline(this.bucket.read(key, undefined, signal), createWriteStream(copy), { signal })
      return copy
    })
  }

  place(path: string): Promise<string> {
    return this.track(() => this.placeOf(storedPath(path)))
  }

  keep(path: string): Promise<void> {
    return this.track(async (signal) => {
      const key = storedPath(path)
      const made = await this.placeOf(key)
      await putFile(this.bucket, key, made, signal)
      // Room for what is made next; the workspace may be open for long.
      await rm(made, { force: true })
    })
  }

  async close(): Promise<void> {
    this.closed.abort(new Error('the work on files was ended'))
    await Promise.allSettled(this.going)
    await rm(this.folder, { recursive: true, force: true }).catch(() => undefined)
  }

  private async placeOf(key: string): Promise<string> {
    const folder = join(this.folder, key.slice(0, key.indexOf('/')))
    await makeFolder(folder)
    return join(folder, key.slice(key.lastIndexOf('/') + 1))
  }

  private track<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.closed
    const going = (async () => {
      signal.throwIfAborted()
      return work(signal).catch((error: unknown) => {
        signal.throwIfAborted()
        throw error
      })
    })()
    this.going.add(going)
    const forget = (): boolean => this.going.delete(going)
    going.then(forget, forget)
    return going
  }
}
