import { z } from 'zod';
import { SCOPES, widestScope } from '../domain/access.js';
/** Values of a variable that are separated by commas, each trimmed, empty ones left out. */
export function listOf(value) {
    return (value ?? '')
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
}
/** `<secret>:<scope>[+<scope>…][,…]`; a secret may hold a colon, never a comma or a space. */
export const apiKeys = z.string().transform((value, context) => {
    const keys = listOf(value).map(keyOf);
    if (keys.length > 0 && keys.every((key) => key !== null))
        return keys;
    context.addIssue(`takes <secret>:<scope>[+<scope>…][,…], scopes ${SCOPES.join(', ')}`);
    return z.NEVER;
});
function keyOf(entry) {
    const [, secret = '', named = ''] = /^([\x21-\x7e]+):([a-z+]+)$/.exec(entry) ?? [];
    const scopes = named.split('+');
    const scope = widestScope(scopes);
    const known = scopes.every((name) => SCOPES.includes(name));
    return known && scope !== null ? { secret, scope } : null;
}
/** Origins as browsers write them, or `*`. */
export const origins = z.string().transform((value, context) => {
    const all = listOf(value);
    if (all.every((origin) => origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)))
        return all;
    context.addIssue('takes origins such as https://example.com, comma separated, or *');
    return z.NEVER;
});
/** Separated by spaces: the bytes of a text, or after `whsec_` those that its base64 stands for. */
export const webhookSecrets = z.string().transform((value, context) => {
    const secrets = value
        .split(' ')
        .filter((text) => text !== '')
        .map(secretOf);
    if (secrets.length > 0 && secrets.every((secret) => secret !== null))
        return secrets;
    context.addIssue('takes texts, or whsec_ and base64, separated by spaces');
    return z.NEVER;
});
function secretOf(text) {
    const encoded = /^whsec_(.*)$/s.exec(text)?.[1];
    if (encoded === undefined)
        return { text, key: Buffer.from(text, 'utf8') };
    const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(encoded);
    return isBase64 && encoded !== '' ? { text, key: Buffer.from(encoded, 'base64') } : null;
}
//# sourceMappingURL=config-lists.js.map