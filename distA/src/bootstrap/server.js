import { runRole } from './run-role.js';
/** API, worker and scheduler in one process. */
await runRole({ name: 'server', api: true, worker: true, scheduler: true, banner: true });
//# sourceMappingURL=server.js.map