import { resolve } from 'node:path';
import { z } from 'zod';
const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;
/** Characters that no store, proxy or list has trouble with. */
const PREFIX = /^([A-Za-z0-9_-][A-Za-z0-9._-]*\/)*$/;
const ENDPOINT_TAKES = 'takes http://… or https://…, without keys in it';
/** A folder, or a bucket with or without a prefix. */
export const files = z.string().refine((value) => (hasScheme(value) ? bucketOf(value) !== null : true), {
    error: 'takes a folder or s3://<bucket>[/<prefix>], with letters, digits and ._- between the slashes',
});
export const endpoint = z.string().refine(isEndpoint, { error: ENDPOINT_TAKES });
/** @param env for the names that Amazon's own tools use; the SDK reads the keys of those by itself. */
export function filesConfigOf(values, dataDir, env) {
    const { FILES, FILES_ACCESS_KEY_ID: accessKeyId, FILES_SECRET_ACCESS_KEY: secretAccessKey } = values;
    const named = FILES === undefined ? null : bucketOf(FILES);
    if (named === null)
        return { kind: 'folder', path: resolve(FILES ?? dataDir), isNamed: FILES !== undefined };
    return {
        kind: 's3',
        ...named,
        endpoint: values.FILES_ENDPOINT ?? env['AWS_ENDPOINT_URL_S3'] ?? null,
        region: values.FILES_REGION ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
        keys: accessKeyId === undefined || secretAccessKey === undefined ? null : { accessKeyId, secretAccessKey },
    };
}
/** What fits together badly, each by the variable that is to be changed and what it takes. */
export function filesContradictions(values, config) {
    const found = [];
    const { FILES_ACCESS_KEY_ID: id, FILES_SECRET_ACCESS_KEY: secret } = values;
    if (id === undefined && secret !== undefined)
        found.push(['FILES_ACCESS_KEY_ID', 'takes the key that FILES_SECRET_ACCESS_KEY belongs to']);
    if (id !== undefined && secret === undefined)
        found.push(['FILES_SECRET_ACCESS_KEY', 'takes the secret that belongs to FILES_ACCESS_KEY_ID']);
    if (config.kind === 's3' && config.endpoint !== null && !isEndpoint(config.endpoint))
        found.push(['AWS_ENDPOINT_URL_S3', ENDPOINT_TAKES]);
    return found;
}
function bucketOf(value) {
    const [, bucket, rest = ''] = S3.exec(value) ?? [];
    const prefix = rest === '' || rest.endsWith('/') ? rest : `${rest}/`;
    return bucket === undefined || !PREFIX.test(prefix) ? null : { bucket, prefix };
}
function hasScheme(value) {
    return /^[a-z][a-z0-9+.-]+:/i.test(value);
}
function isEndpoint(value) {
    if (!/^https?:\/\//.test(value) || !URL.canParse(value))
        return false;
    const { username, password } = new URL(value);
    return username === '' && password === '';
}
//# sourceMappingURL=config-files.js.map