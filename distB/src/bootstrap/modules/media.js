import { ContainerModule } from 'inversify';
import { FfmpegVideoEncoder } from '../../adapters/ffmpeg/ffmpeg-video-encoder.js';
import { LocalFileStore } from '../../adapters/files/local-file-store.js';
import { S3FileStore } from '../../adapters/files/s3-file-store.js';
import { toolsDirOf } from '../isolate-options.js';
import { TOKENS } from '../tokens.js';
/** Files and videos, by adapters of ours or by those that were brought. */
export const mediaModule = (givenFiles, givenEncoder) => new ContainerModule(({ bind }) => {
    bind(TOKENS.files).toResolvedValue(({ files, dataDir }, newId) => givenFiles ??
        (files.kind === 's3'
            ? new S3FileStore({ ...files, dataDir, newId })
            : new LocalFileStore({ dataDir: files.path, newId })), [TOKENS.config, TOKENS.newId]);
    bind(TOKENS.encoder).toResolvedValue(({ ffmpegPath, ffprobePath, dataDir }) => givenEncoder ?? new FfmpegVideoEncoder({ ffmpegPath, ffprobePath, copyDir: toolsDirOf({ dataDir }) }), [TOKENS.config]);
});
//# sourceMappingURL=media.js.map