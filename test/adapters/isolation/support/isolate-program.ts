import { serveRuns } from '../../../../src/adapters/isolation/isolate-runtime.js'
import { JobRegistry } from '../../../../src/application/job-registry.js'
import { filingDefinitions } from './filing-definitions.js'
import { hostileDefinitions } from './hostile-definitions.js'

const registry = new JobRegistry('process')
for (const definition of [...hostileDefinitions(), ...filingDefinitions()])
  registry.register(definition as never)
serveRuns(registry, { graceMs: 200, hookMs: 1_000 })
