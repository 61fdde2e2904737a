import { z } from 'zod';
import { VIDEO_FORMATS, VIDEO_QUALITIES } from '../../../application/ports/video-encoder.js';
import { jobStatus, MAX_INT, textInteger } from './common.js';
/** The text fields of an upload. */
export const encodeFields = z.object({
    format: z.enum(VIDEO_FORMATS).optional().meta({ description: 'Default mp4' }),
    quality: z.enum(VIDEO_QUALITIES).optional().meta({ description: 'Greatest height; default 1080p' }),
    priority: textInteger(-MAX_INT - 1, MAX_INT, 0).optional(),
});
export const encodeForm = encodeFields
    .extend({ video: z.string().meta({ type: 'string', contentMediaType: 'application/octet-stream' }) })
    .meta({ id: 'EncodeVideo' });
export const acceptedVideo = z
    .object({ jobId: z.uuid(), status: jobStatus, message: z.string(), inputFile: z.string() })
    .meta({ id: 'AcceptedVideo' });
export const videoStatus = z
    .object({
    jobId: z.uuid(),
    status: jobStatus,
    definitionKey: z.string(),
    progress: z.number().nullable(),
    errorSummary: z.string().nullable(),
    outputPath: z.string().optional().meta({ description: 'Relative to the data directory' }),
    outputFilename: z.string().optional(),
    downloadUrl: z.string().optional(),
})
    .meta({ id: 'VideoStatus' });
//# sourceMappingURL=videos.js.map