import { createHash } from 'node:crypto';
import { JobServerError } from '../../domain/errors.js';
const ID_BYTES = 16;
const CHECK_BYTES = 8;
/**
 * An opaque cursor that says "after this job": the id and a checksum, so that a cursor that was edited or made up is
 * told apart. It gives no access that an id does not give, hence no secret.
 */
export function cursorAfter(jobId) {
    const id = Buffer.from(jobId.replaceAll('-', ''), 'hex');
    return Buffer.concat([id, checkOf(id)]).toString('base64url');
}
/** The id in a cursor. @throws JobServerError `invalid-cursor` when this server did not make it. */
export function readCursor(cursor) {
    const bytes = Buffer.from(cursor, 'base64url');
    const id = bytes.subarray(0, ID_BYTES);
    const genuine = bytes.length === ID_BYTES + CHECK_BYTES &&
        bytes.toString('base64url') === cursor &&
        bytes.subarray(ID_BYTES).equals(checkOf(id));
    if (!genuine)
        throw new JobServerError('invalid-cursor', 'the cursor was not made by this server');
    return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
function checkOf(id) {
    return createHash('sha256').update('jobs after ').update(id).digest().subarray(0, CHECK_BYTES);
}
//# sourceMappingURL=cursor.js.map