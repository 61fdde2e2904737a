import { builtinDefinitions } from '../adapters/definitions/builtin-definitions.js'
import { FfmpegVideoEncoder } from '../adapters/ffmpeg/ffmpeg-video-encoder.js'
import type { FileStore } from '../application/ports/file-store.js'
import type { AnyJobDefinition } from '../domain/job-definition.js'
import type { IsolateSettings } from './isolate-settings.js'

/** The definitions that come with the server, as an isolate runs them. */
export function isolateBuiltins(
  { ffmpegPath, ffprobePath, toolsDir, callApiMode }: IsolateSettings,
  files: Pick<FileStore, 'workspace'>,
): readonly AnyJobDefinition[] {
  const encoder = new FfmpegVideoEncoder({ ffmpegPath, ffprobePath, copyDir: toolsDir, ownGroup: false })
  return builtinDefinitions({ encoder, files, callApiMode })
}
