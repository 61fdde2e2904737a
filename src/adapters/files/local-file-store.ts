import { constants, createReadStream } from 'node:fs'
import { access, open, rename, rm, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import {
  FileStoreRefusedError,
  type FileStore,
  type FileWorkspace,
} from '../../application/ports/file-store.js'
import { StorageUnavailableError } from '../../domain/errors.js'
import { makeFolder } from './make-folder.js'
import { isServerMade, KEPT, leadsElsewhere, storedName } from './stored-name.js'
import { removeUnfinished, untouched } from './unfinished.js'

export interface LocalFileStoreOptions {
  /** Absolute, or relative to the working directory; made when it is missing. */
  readonly dataDir: string
  /** Sortable ids without path separators. */
  readonly newId: () => string
}

const READ_BYTES = 256 * 1024

/** A store that is prepared: see `LocalFileStore.prepare`. */
export async function createLocalFileStore(options: LocalFileStoreOptions): Promise<LocalFileStore> {
  const store = new LocalFileStore(options)
  await store.prepare()
  return store
}

/**
 * Files in a folder of this machine, or in one that several machines share. Any number of processes may work in it. What others
 * see is the file itself: a workspace copies nothing, and who makes an output lets it appear only when it is complete.
 */
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

  /** Makes the folders `uploads`, `outputs` and `tmp`, and removes from them what a killed server left behind. */
  async prepare(): Promise<void> {
    try {
      for (const folder of [...KEPT.map((kept) => join(this.dataDir, kept)), this.uploadTempDir])
        await makeFolder(folder)
    } catch (error) {
      const { message } = error as Error
      throw new FileStoreRefusedError(`cannot keep files in ${this.dataDir}: ${message}`, { cause: error })
    }
    await this.removeUnfinished()
  }

  isThere(): Promise<boolean> {
    const folders = KEPT.map((kept) => access(join(this.dataDir, kept), constants.R_OK | constants.W_OK))
    return Promise.all(folders).then(
      () => true,
      () => false,
    )
  }

  async keepUpload(
    temporaryPath: string,
    originalName: string,
    signal?: AbortSignal,
  ): Promise<{ path: string; name: string }> {
    const name = storedName(this.newId(), originalName)
    const path = `uploads/${name}`
    // An acknowledged upload outlives a power cut, so the bytes come before the name, and the name before the answer.
    await guarded(() => sync(temporaryPath))
    signal?.throwIfAborted()
    await guarded(async () => {
      const folder = join(this.dataDir, 'uploads')
      await rename(temporaryPath, join(folder, name))
      await sync(folder)
    })
    return { path, name }
  }

  workspace(): FileWorkspace {
    return {
      fetch: async (path) => ((await this.size(path)) === null ? null : this.resolve(path)),
      place: (path) => Promise.resolve().then(() => this.resolve(path)),
      keep: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }
  }

  /** Absolute path of a stored file. @throws JobServerError when the path leads out of the folder. */
  resolve(path: string): string {
    const absolute = path.includes('\0') ? this.dataDir : resolve(this.dataDir, path)
    const [folder, ...rest] = relative(this.dataDir, absolute).split(sep)
    // Not even the database, which lies in the same directory.
    if (!KEPT.some((kept) => kept === folder) || rest.length === 0) throw leadsElsewhere()
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
    for (const folder of KEPT) {
      const ours = (name: string): boolean => isServerMade(folder, name)
      for await (const name of untouched(join(this.dataDir, folder), then, ours))
        if ((await this.size(`${folder}/${name}`)) !== null) yield `${folder}/${name}`
    }
  }

  async removeUnfinished(): Promise<void> {
    await removeUnfinished(this.uploadTempDir)
    await removeUnfinished(join(this.dataDir, 'outputs'), (name) => name.startsWith('.'))
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
