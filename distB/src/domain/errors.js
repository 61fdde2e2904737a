/** An error with a stable code: the caller's mistake, or something this server needs and does not have. */
export class JobServerError extends Error {
    code;
    details;
    name = 'JobServerError';
    constructor(code, message, details = {}) {
        super(message, details.cause === undefined ? undefined : { cause: details.cause });
        this.code = code;
        this.details = details;
    }
}
/** The database or the disk is away or too busy; the same call may be repeated later. */
export class StorageUnavailableError extends JobServerError {
    name = 'StorageUnavailableError';
    constructor(cause, message = 'the database is not available') {
        super('storage-unavailable', message, { cause, retryAfterSeconds: 1 });
    }
}
/** The database answers, but migrations have not run that this version needs. */
export class SchemaOutdatedError extends StorageUnavailableError {
    name = 'SchemaOutdatedError';
    constructor(message) {
        super(null, message);
    }
}
/** A newer version has changed the schema so that this one cannot work with it; waiting does not help. */
export class SchemaTooNewError extends Error {
    name = 'SchemaTooNewError';
}
//# sourceMappingURL=errors.js.map