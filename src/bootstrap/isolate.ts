import { channelFiles, serveRuns } from '../adapters/isolation/isolate-runtime.js'
import { jobRegistry } from '../application/default-registry.js'
import { untraced } from '../application/ports/tracing.js'
import { readIsolateSettings } from './isolate-settings.js'
import { loadDefinitions } from './load-definitions.js'
import { VERSION } from './version.js'

// The program of an isolate: loads the same definitions as its worker, then runs what it is sent.
const settings = readIsolateSettings()
const { modules, graceMs, hookMs } = settings

/** With what they import they take longer than the rest of a start. */
async function loadBuiltins(): Promise<void> {
  const { isolateBuiltins } = await import('./isolate-builtins.js')
  for (const definition of isolateBuiltins(settings, channelFiles)) jobRegistry.register(definition as never)
}

if (modules.length === 0) await loadBuiltins()
else await loadDefinitions(modules, jobRegistry, 'handlers')

// Loaded only when the definitions have brought an SDK along: every isolate would start later for it.
const tracing =
  Symbol.for('opentelemetry.js.api.1') in globalThis
    ? new (await import('../adapters/telemetry/opentelemetry-tracing.js')).OpenTelemetryTracing(VERSION)
    : untraced
serveRuns(jobRegistry, { graceMs, hookMs, tracing }, modules.length === 0 ? undefined : loadBuiltins)
