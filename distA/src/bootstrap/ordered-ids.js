import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
/** Random bytes of one id. */
const BYTES = 16;
/** To ask the system for random bytes takes ten times as long as all the rest of an id, so they are asked for by the hundred. */
const IDS_AT_ONCE = 256;
/**
 * Makes UUIDs of version 7 (RFC 9562, 6.2, method 1): each is greater than all before it, also within one millisecond and when the wall
 * clock is set back.
 */
export function orderedIds(now = Date.now) {
    const pool = new Uint8Array(IDS_AT_ONCE * BYTES);
    const bytes = new DataView(pool.buffer);
    let at = pool.length;
    let msecs = -Infinity;
    let seq = 0;
    return () => {
        if (at === pool.length) {
            randomFillSync(pool);
            at = 0;
        }
        const random = pool.subarray(at, at + BYTES);
        const time = now();
        if (time > msecs) {
            msecs = time;
            // The upper half of its range stays free for those that follow.
            seq = bytes.getUint32(at) >>> 1;
        }
        else {
            seq += 1;
        }
        at += BYTES;
        return v7({ random, msecs, seq });
    };
}
//# sourceMappingURL=ordered-ids.js.map