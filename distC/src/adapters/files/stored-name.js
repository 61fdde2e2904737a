import { posix } from 'node:path';
import { VIDEO_FORMATS, VIDEO_QUALITIES } from '../../application/ports/video-encoder.js';
import { JobServerError } from '../../domain/errors.js';
/** Where files are kept, and nowhere else. */
export const KEPT = ['uploads', 'outputs'];
const MAX_STEM = 80;
const EXTENSION = /\.[A-Za-z0-9]{1,10}$/;
/**
 * The name under which a file is kept: a server-made id, then as much of the given name as is harmless everywhere,
 * `[A-Za-z0-9._-]`, at most 91 characters of it.
 */
export function storedName(id, givenName) {
    return `${id}-${safeName(givenName)}`;
}
const UPLOAD = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-/;
const OUTPUT = new RegExp(`^[^.].*-(${VIDEO_QUALITIES.join('|')})\\.(${VIDEO_FORMATS.join('|')})$`);
/** Whether the server itself gives such names: to uploads by their id, to outputs by quality and format. What people put there has others. */
export function isServerMade(folder, name) {
    return (folder === 'uploads' ? UPLOAD : OUTPUT).test(name);
}
/**
 * A path below the folders of files, without detours.
 *
 * @throws JobServerError `validation-error` when it leads elsewhere.
 */
export function storedPath(path) {
    const [folder, ...rest] = (path.includes('\0') ? '' : posix.normalize(path)).split('/');
    if (!KEPT.some((kept) => kept === folder) || rest.at(-1) === '' || rest.length === 0)
        throw leadsElsewhere();
    return [folder, ...rest].join('/');
}
export function leadsElsewhere() {
    return new JobServerError('validation-error', `the path must lead to a file in ${KEPT.join(' or ')}`);
}
function safeName(givenName) {
    // Some clients send whole paths, of either kind.
    const last = givenName.slice(-1_000).split(/[/\\]/).at(-1) ?? '';
    const plain = last
        .normalize('NFKD')
        .replace(/\p{Mark}/gu, '')
        .replace(/[^A-Za-z0-9._-]+/g, '_')
        .replace(/\.{2,}/g, '.');
    const extension = EXTENSION.exec(plain)?.[0] ?? '';
    const stem = plain
        .slice(0, plain.length - extension.length)
        .replace(/^[._-]+/, '')
        .slice(0, MAX_STEM)
        .replace(/[._-]+$/, '');
    return `${stem || 'file'}${extension}`;
}
//# sourceMappingURL=stored-name.js.map