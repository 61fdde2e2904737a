import { StorageUnavailableError } from '../../domain/errors.js';
/** HTTP status of an answer; `null` when there was none. */
export function statusOf(error) {
    return error?.$metadata?.httpStatusCode ?? null;
}
export function storeAway(error) {
    return error instanceof StorageUnavailableError
        ? error
        : new StorageUnavailableError(error, `the file store is not available (${codeOf(error)})`);
}
/** Why a store cannot be used as it is configured; `null` when waiting may help. Holds nothing that was secret. */
export function refusalOf(error, bucket, store) {
    const [name, status] = [codeOf(error), statusOf(error)];
    if (name === 'CredentialsProviderError')
        return 'no keys were found: set FILES_ACCESS_KEY_ID and FILES_SECRET_ACCESS_KEY, or give this machine a role';
    if (name === 'NoSuchBucket')
        return `there is no bucket ${bucket} at ${store}`;
    if (name === 'InvalidAccessKeyId')
        return `${store} does not know FILES_ACCESS_KEY_ID`;
    if (name === 'SignatureDoesNotMatch')
        return `FILES_SECRET_ACCESS_KEY does not fit FILES_ACCESS_KEY_ID at ${store}`;
    if (status === 403)
        return `${store} refuses access to the bucket ${bucket} (${name})`;
    // Too many requests, and answers that took too long, are of the moment.
    if (status === null || status < 300 || status === 408 || status === 429 || status >= 500)
        return null;
    return `${store} does not answer as a store with the bucket ${bucket} does (${name}, status ${status})`;
}
/** The store's word for what went wrong, or the network's. */
function codeOf(error) {
    const { name, code } = (error ?? {});
    const known = [code, name].find((word) => typeof word === 'string' && /^\w{1,60}$/.test(word) && word !== 'Error');
    return known ?? 'unknown';
}
//# sourceMappingURL=s3-errors.js.map