import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LocalFileStore } from '../../../../src/adapters/files/local-file-store.js'
import { IsolatePool, type IsolatePoolOptions } from '../../../../src/adapters/isolation/isolate-pool.js'
import { ProcessExecutor } from '../../../../src/adapters/isolation/process-executor.js'
import { JobRegistry } from '../../../../src/application/job-registry.js'
import { recordingLogger } from '../../../support/recording.js'
import { NODE_ARGUMENTS } from './build-isolate.js'
import { hostileDefinitions } from './hostile-definitions.js'

const NO_FILES = new LocalFileStore({ dataDir: join(tmpdir(), 'none'), newId: () => '' })

/** Runs the hostile definitions in isolates of a program. @param lines gets what is logged. */
export function hostileExecutor(
  program: string,
  lines: string[],
  options: Partial<IsolatePoolOptions> = {},
): ProcessExecutor {
  const registry = new JobRegistry('process')
  for (const definition of hostileDefinitions()) registry.register(definition as never)
  const pool = new IsolatePool({
    program,
    nodeArguments: NODE_ARGUMENTS,
    env: { PATH: process.env['PATH'] ?? '', GREETING: 'hello' },
    idleMs: 30_000,
    spares: 0,
    maxRuns: 1_000,
    hasSpareProcessor: () => true,
    ...options,
  })
  return new ProcessExecutor(
    registry,
    pool,
    recordingLogger(lines),
    { graceMs: 200, hookMs: 1_000 },
    NO_FILES,
  )
}
