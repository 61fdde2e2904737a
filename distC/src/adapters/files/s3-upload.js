import { open } from 'node:fs/promises';
/** S3 takes parts from 5 MiB, and at most 10,000 of them. */
const LEAST_PART_BYTES = 8 * 1024 * 1024;
const MAX_PARTS = 10_000;
/** Each holds one part in memory. */
const AT_ONCE = 3;
/**
 * Puts a file of this machine into a bucket, where it is seen when it is complete and not before. Takes the memory of three parts: 24
 * MiB, more only beyond 80 GB. What fails or is aborted leaves nothing, unless the store is away; then `removeBegunBefore` does.
 */
export async function putFile(bucket, key, path, signal) {
    const file = await open(path, 'r');
    try {
        const { size } = await file.stat();
        signal.throwIfAborted();
        if (size <= LEAST_PART_BYTES)
            await bucket.put(key, await readPart(file, 0, size), signal);
        else
            await putParts(bucket, key, { file, size }, signal);
    }
    catch (error) {
        // Else an upload that was given up would look like a store that is away.
        signal.throwIfAborted();
        throw error;
    }
    finally {
        await file.close();
    }
}
async function putParts(bucket, key, source, signal) {
    // Of several parts at once the first that fails ends the others.
    const failed = new AbortController();
    const object = await bucket.begin(key, AbortSignal.any([signal, failed.signal]));
    try {
        const next = partsOf(source.size);
        const sending = Array.from({ length: AT_ONCE }, () => sendParts(object, source.file, next));
        for (const sent of sending)
            sent.catch((error) => failed.abort(error));
        await Promise.allSettled(sending);
        failed.signal.throwIfAborted();
        await object.complete();
    }
    catch (error) {
        await object.abort().catch(() => undefined);
        throw error;
    }
}
async function sendParts(object, file, next) {
    for (let part = next.next(); part.done !== true; part = next.next()) {
        const { number, start, length } = part.value;
        await object.put(number, await readPart(file, start, length));
    }
}
function* partsOf(size) {
    const partBytes = Math.max(LEAST_PART_BYTES, Math.ceil(size / MAX_PARTS));
    for (let number = 1, start = 0; start < size; number += 1, start += partBytes)
        yield { number, start, length: Math.min(partBytes, size - start) };
}
async function readPart(file, start, length) {
    const part = Buffer.allocUnsafe(length);
    for (let read = 0; read < length;) {
        const { bytesRead } = await file.read(part, read, length - read, start + read);
        if (bytesRead === 0)
            throw new Error('the file became shorter while it was read');
        read += bytesRead;
    }
    return part;
}
//# sourceMappingURL=s3-upload.js.map