import { builtinDefinitions } from '../adapters/definitions/builtin-definitions.js';
import { FfmpegVideoEncoder } from '../adapters/ffmpeg/ffmpeg-video-encoder.js';
import { channelFiles, serveRuns } from '../adapters/isolation/isolate-runtime.js';
import { jobRegistry } from '../application/default-registry.js';
import { untraced } from '../application/ports/tracing.js';
import { readIsolateSettings } from './isolate-settings.js';
import { loadDefinitions } from './load-definitions.js';
import { VERSION } from './version.js';
// The program of an isolate: loads the same definitions as its worker, then runs what it is sent.
const { ffmpegPath, ffprobePath, toolsDir, callApiMode, modules, graceMs, hookMs } = readIsolateSettings();
const definitions = builtinDefinitions({
    encoder: new FfmpegVideoEncoder({ ffmpegPath, ffprobePath, copyDir: toolsDir, ownGroup: false }),
    files: channelFiles,
    callApiMode,
});
for (const definition of definitions)
    jobRegistry.register(definition);
await loadDefinitions(modules, jobRegistry, 'handlers');
// Loaded only when the definitions have brought an SDK along: every isolate would start later for it.
const tracing = Symbol.for('opentelemetry.js.api.1') in globalThis
    ? new (await import('../adapters/telemetry/opentelemetry-tracing.js')).OpenTelemetryTracing(VERSION)
    : untraced;
serveRuns(jobRegistry, { graceMs, hookMs, tracing });
//# sourceMappingURL=isolate.js.map