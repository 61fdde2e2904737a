import type { JobDefinition } from '../domain/job-definition.js';
import { JobRegistry } from './job-registry.js';
/**
 * The registry of the command-line roles. One per process, however often and in whatever form this module is loaded: a
 * definition module may reach it through the build, the sources or `require`.
 */
export declare const jobRegistry: JobRegistry;
/** Names a definition and infers its types: `params` of `run` and the hooks from the schema, `result` from what `run` returns. */
export declare function defineJob<Params, Result>(definition: JobDefinition<Params, Result>): JobDefinition<Params, Result>;
