/** A file store that cannot be used as it is configured. */
export class FileStoreRefusedError extends Error {
    name = 'FileStoreRefusedError';
}
//# sourceMappingURL=file-store.js.map