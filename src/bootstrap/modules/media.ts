import { ContainerModule } from 'inversify'
import { FfmpegVideoEncoder } from '../../adapters/ffmpeg/ffmpeg-video-encoder.js'
import { LocalFileStore } from '../../adapters/files/local-file-store.js'
import { toolsDirOf } from '../isolate-options.js'
import { TOKENS } from '../tokens.js'

export const mediaModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.files).toResolvedValue(
    ({ dataDir }, newId) => new LocalFileStore({ dataDir, newId }),
    [TOKENS.config, TOKENS.newId],
  )
  bind(TOKENS.encoder).toResolvedValue(
    ({ ffmpegPath, ffprobePath, dataDir }) =>
      new FfmpegVideoEncoder({ ffmpegPath, ffprobePath, copyDir: toolsDirOf({ dataDir }) }),
    [TOKENS.config],
  )
})
