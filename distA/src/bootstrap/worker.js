import { runRole } from './run-role.js';
await runRole({ name: 'worker', api: false, worker: true, scheduler: false, banner: false });
//# sourceMappingURL=worker.js.map