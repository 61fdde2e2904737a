import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import type { FileStore } from '../../application/ports/file-store.js'
import { JobServerError, StorageUnavailableError } from '../../domain/errors.js'
import { makeFolder } from './make-folder.js'
import { isServerMade, storedName } from './stored-name.js'

export interface LocalFileStoreOptions {
  /** Absolute, or relative to the working directory; made when it is missing. */
  readonly dataDir: string
  /** Sortable ids without path separators. */
  readonly newId: () => string
}

const KEPT = ['uploads', 'outputs'] as const
const UNFINISHED_MS = 3_600_000
const READ_BYTES = 256 * 1024

/**
 * Makes the folders `uploads`, `outputs` and `tmp` of a data directory, and removes from them what a killed server left
 * behind.
 *
 * @throws StorageUnavailableError when the directory cannot be made or written.
 */
export async function createLocalFileStore(options: LocalFileStoreOptions): Promise<LocalFileStore> {
  const store = new LocalFileStore(options)
  await guarded(async () => {
    for (const folder of [...KEPT.map((kept) => join(store.dataDir, kept)), store.uploadTempDir])
      await makeFolder(folder, 0o770)
  })
  await store.removeUnfinished()
  return store
}

/** Files in folders of this machine. Any number of processes may share one data directory. */
export class LocalFileStore implements FileStore {
  readonly dataDir: string
  /** Absolute, on the file system of the uploads: where an upload is received before it is kept. */
  readonly uploadTempDir: string
  private readonly newId: () => string

  constructor({ dataDir, newId }: LocalFileStoreOptions) {
    this.dataDir = resolve(dataDir)
    this.uploadTempDir = join(this.dataDir, 'tmp', 'uploads')
    this.newId = newId
  }

  async keepUpload(temporaryPath: string, originalName: string): Promise<{ path: string; name: string }> {
    const name = storedName(this.newId(), originalName)
    const path = `uploads/${name}`
    await guarded(async () => {
      const folder = join(this.dataDir, 'uploads')
      // An acknowledged upload outlives a power cut, so the bytes come before the name, and the name before the answer.
      await sync(temporaryPath)
      await rename(temporaryPath, join(folder, name))
      await sync(folder)
    })
    return { path, name }
  }

  resolve(path: string): string {
    const absolute = path.includes('\0') ? this.dataDir : resolve(this.dataDir, path)
    const [folder, ...rest] = relative(this.dataDir, absolute).split(sep)
    // Not even the database, which lies in the same directory.
    if (!KEPT.some((kept) => kept === folder) || rest.length === 0)
      throw new JobServerError('validation-error', `the path must lead to a file in ${KEPT.join(' or ')}`)
    return absolute
  }

  async size(path: string): Promise<number | null> {
    try {
      const file = await stat(this.resolve(path))
      return file.isFile() ? file.size : null
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  async *read(
    path: string,
    range?: { readonly start: number; readonly end: number },
  ): AsyncGenerator<Uint8Array> {
    const stream = createReadStream(this.resolve(path), { ...range, highWaterMark: READ_BYTES })
    try {
      yield* stream as AsyncIterable<Uint8Array>
    } finally {
      stream.destroy()
    }
  }

  async remove(path: string): Promise<void> {
    const absolute = this.resolve(path)
    await rm(absolute, { force: true }).catch((error: unknown) => {
      if (!isMissing(error)) throw error
    })
  }

  async *untouchedSince(then: Date): AsyncGenerator<string> {
    for (const folder of KEPT)
      for await (const name of untouched(join(this.dataDir, folder), then, (each) =>
        isServerMade(folder, each),
      ))
        yield `${folder}/${name}`
  }

  async removeUnfinished(): Promise<void> {
    const then = new Date(Date.now() - UNFINISHED_MS)
    const outputs = join(this.dataDir, 'outputs')
    const unfinished: [folder: string, matches: (name: string) => boolean][] = [
      [this.uploadTempDir, () => true],
      [outputs, (name) => name.startsWith('.')],
    ]
    for (const [folder, matches] of unfinished)
      for await (const name of untouched(folder, then, matches))
        await rm(join(folder, name), { force: true }).catch(() => undefined)
  }
}

/** Files of a folder, by name, that were written to last before then; none when there is no such folder. */
async function* untouched(
  folder: string,
  then: Date,
  matches: (name: string) => boolean,
): AsyncGenerator<string> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter(matches)) {
    const file = await stat(join(folder, name)).catch(() => null)
    if (file?.isFile() === true && file.mtime < then) yield name
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A disk that is full, broken or not ours is the server's trouble, not the caller's. */
async function guarded(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw new StorageUnavailableError(error, 'the data directory cannot be written')
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')
}
