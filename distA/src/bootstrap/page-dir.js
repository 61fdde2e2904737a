import { fileURLToPath } from 'node:url';
const BUILT = import.meta.url.endsWith('.ts') ? '../../dist/dashboard' : '../../dashboard';
/** Where the build has put the dashboard; the sources use what was built last. */
export const PAGE_DIR = fileURLToPath(new URL(BUILT, import.meta.url));
//# sourceMappingURL=page-dir.js.map