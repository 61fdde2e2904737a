import { runRole } from './run-role.js';
await runRole({ name: 'scheduler', api: false, worker: false, scheduler: true, banner: false });
//# sourceMappingURL=scheduler.js.map