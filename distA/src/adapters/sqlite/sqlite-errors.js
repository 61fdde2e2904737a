import Database from 'better-sqlite3';
import { StorageUnavailableError } from '../../domain/errors.js';
/** The file, the disk or another connection is in the way; the statement itself is innocent. */
const AWAY = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|NOMEM|INTERRUPT|PROTOCOL|CORRUPT|NOTADB|PERM|AUTH)/;
/** The values of one row do not fit: a violated constraint, a wrong type, too large. */
const DATA = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/;
function codeOf(error) {
    return error instanceof Database.SqliteError ? error.code : '';
}
/** Another connection holds the lock: trying again in a moment helps. */
export function isBusy(error) {
    return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}
/** Says something about the values that were given, not about the database. */
export function isDataError(error) {
    if (DATA.test(codeOf(error)))
        return true;
    // The driver refuses what it cannot bind before SQLite sees it.
    return ((error instanceof TypeError || error instanceof RangeError) &&
        /can only bind|too big|could not be bound/i.test(error.message));
}
/** What callers of a port are told: `StorageUnavailableError` when the database is away or busy, else the error itself. */
export function portError(error) {
    if (isBusy(error))
        return new StorageUnavailableError(error, 'the database is too busy');
    if (AWAY.test(codeOf(error)))
        return new StorageUnavailableError(error);
    if (!(error instanceof Error))
        return error;
    if (/^no such (table|column)/.test(error.message))
        return new StorageUnavailableError(error, 'the schema of the database is not current');
    // Thrown by the driver itself, without a code.
    if (/connection is not open|directory does not exist/.test(error.message))
        return new StorageUnavailableError(error);
    return error;
}
//# sourceMappingURL=sqlite-errors.js.map