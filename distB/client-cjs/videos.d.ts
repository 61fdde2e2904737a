import { JobHandle } from './job-handle.js';
import type { Schemas } from './operations.js';
import type { CallOptions, Transport } from './transport.js';
import { type UploadProgress } from './upload.js';
export interface EncodeOptions extends CallOptions {
    readonly format?: 'mp4' | 'webm' | 'avi';
    /** Greatest height. @default '1080p' */
    readonly quality?: '720p' | '1080p' | '4k';
    readonly priority?: number;
    /** Name of the file; a `File` has its own. @default 'video' */
    readonly filename?: string;
    /** Told while the file is on its way. */
    readonly onProgress?: (progress: UploadProgress) => void;
}
export declare class Videos {
    private readonly transport;
    constructor(transport: Transport);
    /**
     * Sends a file and starts the job that encodes it. Only a 429 makes it send again: a second upload would be a second job.
     *
     * @param video a `File` of a page, or in Node `await openAsBlob(path)`, which is read as it is sent.
     * @throws ApiError `unsupported-video`, `payload-too-large`, `ffmpeg-unavailable` and others; ConnectionError.
     */
    encode(video: Blob, options?: EncodeOptions): Promise<JobHandle>;
    status(jobId: string, options?: CallOptions): Promise<Schemas['VideoStatus']>;
    /**
     * The encoded file as the answer of `fetch`, whose `body` streams and whose `blob()` is all of it.
     *
     * @throws ApiError `video-not-ready`.
     */
    download(jobId: string, options?: CallOptions): Promise<Response>;
}
