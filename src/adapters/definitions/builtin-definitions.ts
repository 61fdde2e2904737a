import type { FileStore } from '../../application/ports/file-store.js'
import type { VideoEncoder } from '../../application/ports/video-encoder.js'
import type { AnyJobDefinition } from '../../domain/job-definition.js'
import { callApi, type CallApiMode } from './call-api.js'
import { computeMath } from './compute-math.js'
import { echo } from './echo.js'
import { encodeVideo } from './encode-video.js'
import { failing } from './failing.js'
import { processBatch } from './process-batch.js'
import { processData } from './process-data.js'
import { PUBLIC_INTERNET, type UrlPolicy } from './url-policy.js'

export interface BuiltinDependencies {
  readonly encoder: VideoEncoder
  readonly files: Pick<FileStore, 'workspace'>
  readonly callApiMode: CallApiMode
  /** Where `call.api` may go; only tests go elsewhere. */
  readonly urlPolicy?: UrlPolicy
}

/** The definitions that come with the server. They ignore params they do not know. */
export function builtinDefinitions(deps: BuiltinDependencies): readonly AnyJobDefinition[] {
  const { encoder, files, callApiMode, urlPolicy = PUBLIC_INTERNET } = deps
  const definitions = [echo, failing, computeMath, processData, callApi(callApiMode, urlPolicy), processBatch]
  return [...(definitions as unknown as AnyJobDefinition[]), encodeVideo(encoder, files)]
}
