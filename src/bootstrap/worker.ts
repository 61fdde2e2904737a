import { runRole } from './run-role.js'

await runRole({ name: 'worker', api: false, worker: true, banner: false })
