import { callApi } from './call-api.js';
import { computeMath } from './compute-math.js';
import { echo } from './echo.js';
import { encodeVideo } from './encode-video.js';
import { failing } from './failing.js';
import { processBatch } from './process-batch.js';
import { processData } from './process-data.js';
import { PUBLIC_INTERNET } from './url-policy.js';
/** The definitions that come with the server. They ignore params they do not know. */
export function builtinDefinitions(deps) {
    const { encoder, files, callApiMode, urlPolicy = PUBLIC_INTERNET } = deps;
    const definitions = [echo, failing, computeMath, processData, callApi(callApiMode, urlPolicy), processBatch];
    return [...definitions, encodeVideo(encoder, files)];
}
//# sourceMappingURL=builtin-definitions.js.map