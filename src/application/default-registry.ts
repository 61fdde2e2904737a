import type { JobDefinition } from '../domain/job-definition.js'
import { JobRegistry } from './job-registry.js'

const KEY = Symbol.for('job-server.registry')
const shared = globalThis as Record<symbol, JobRegistry | undefined>

/**
 * The registry of the command-line roles. One per process, however often and in whatever form this module is loaded: a
 * definition module may reach it through the build, the sources or `require`.
 */
export const jobRegistry: JobRegistry = (shared[KEY] ??= new JobRegistry('process'))

/** Names a definition and infers its types: `params` of `run` and the hooks from the schema, `result` from what `run` returns. */
export function defineJob<Params, Result, Input = Params>(
  definition: JobDefinition<Params, Result, Input>,
): JobDefinition<Params, Result, Input> {
  return definition
}
