import { readFileSync } from 'node:fs';
const PACKAGE = import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json';
/** The version of this server, as its package says. */
export const VERSION = JSON.parse(readFileSync(new URL(PACKAGE, import.meta.url), 'utf8')).version;
//# sourceMappingURL=version.js.map