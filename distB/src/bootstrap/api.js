import { runRole } from './run-role.js';
await runRole({ name: 'api', api: true, worker: false, scheduler: false, banner: false });
//# sourceMappingURL=api.js.map