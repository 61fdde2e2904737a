import { JobRegistry } from './job-registry.js';
const KEY = Symbol.for('job-server.registry');
const shared = globalThis;
/**
 * The registry of the command-line roles. One per process, however often and in whatever form this module is loaded: a
 * definition module may reach it through the build, the sources or `require`.
 */
export const jobRegistry = (shared[KEY] ??= new JobRegistry('process'));
/** Names a definition and infers its types: `params` of `run` and the hooks from the schema, `result` from what `run` returns. */
export function defineJob(definition) {
    return definition;
}
//# sourceMappingURL=default-registry.js.map