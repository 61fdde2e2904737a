/**
 * Uploads and outputs, wherever they are kept: in a folder, or in an object store. A path is `uploads/<name>` or
 * `outputs/<name>`; names are made by the server, never by the caller.
 *
 * @throws JobServerError `validation-error` for a path that leads elsewhere; StorageUnavailableError when the store is away or
 *   does not take a file.
 */
export interface FileStore {
    /** Absolute folder of this machine, which exists once the store is prepared: where an upload is received before it is kept. */
    readonly uploadTempDir: string;
    /**
     * Makes ready what has to be there before the first file, and removes what a killed server left behind.
     *
     * @throws FileStoreRefusedError when waiting does not help: no such bucket, no access, a folder that cannot be written.
     */
    prepare(): Promise<void>;
    /** Whether files can be read and kept just now; never rejects. */
    isThere(): Promise<boolean>;
    /**
     * Keeps a finished upload under a server-made id and the given name reduced to `[A-Za-z0-9._-]`. Others see all of it or none.
     *
     * @param temporaryPath a file in `uploadTempDir`; it may be moved away.
     * @param signal ends the work: then nothing is kept, and it rejects.
     */
    keepUpload(temporaryPath: string, originalName: string, signal?: AbortSignal): Promise<{
        readonly path: string;
        readonly name: string;
    }>;
    /** A place for one piece of work on files of this store; whoever opens it closes it. */
    workspace(): FileWorkspace;
    /** Size in bytes, or `null` when the file is gone. */
    size(path: string): Promise<number | null>;
    /** Bytes `start` to `end`, both inclusive. */
    read(path: string, range?: {
        readonly start: number;
        readonly end: number;
    }): AsyncIterable<Uint8Array>;
    /** A missing file is no error. */
    remove(path: string): Promise<void>;
    /** Paths of kept uploads and outputs that nobody has written to since then; only such as the server itself has named. */
    untouchedSince(then: Date): AsyncIterable<string>;
    /** Removes uploads and outputs that were never finished and that nobody works on any more. */
    removeUnfinished(): Promise<void>;
}
/** Files of the store as files of this machine, for programs that read and write such. */
export interface FileWorkspace {
    /** Absolute path at which all of the file can be read, but not written, until the workspace is closed; `null` when it is gone. */
    fetch(path: string): Promise<string | null>;
    /** Absolute path at which the file is to be made, and must appear only when complete; its folder exists. */
    place(path: string): Promise<string>;
    /** Keeps what was made at its place: from now on others see it, all at once, instead of what had the path before. */
    keep(path: string): Promise<void>;
    /** Ends what is still going on, which then rejects, and removes copies. Idempotent, never rejects. */
    close(): Promise<void>;
}
/** A file store that cannot be used as it is configured. */
export declare class FileStoreRefusedError extends Error {
    readonly name = "FileStoreRefusedError";
}
