/** Uploaded and produced files below the data directory; names are made by the server, never by the caller. */
export interface FileStore {
  /**
   * Keeps a finished upload under a server-made id and the given name reduced to `[A-Za-z0-9._-]`.
   *
   * @param temporaryPath absolute, on the same file system; moved, not copied.
   * @returns the path relative to the data directory, `uploads/<id>-<name>`.
   */
  keepUpload(
    temporaryPath: string,
    originalName: string,
  ): Promise<{ readonly path: string; readonly name: string }>
  /** Absolute path of a stored file. @throws when the path leads out of the data directory. */
  resolve(path: string): string
  /** Size in bytes, or `null` when the file is gone. */
  size(path: string): Promise<number | null>
  /** Bytes `start` to `end`, both inclusive. */
  read(path: string, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>
  /** A missing file is no error. */
  remove(path: string): Promise<void>
  /** Paths of kept uploads and outputs that nobody has written to since then; only such as the server itself has named. */
  untouchedSince(then: Date): AsyncIterable<string>
  /** Removes uploads and outputs that were never finished and that nobody has written to for an hour. */
  removeUnfinished(): Promise<void>
}
