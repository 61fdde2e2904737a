import { JobHandle } from './job-handle.js';
import { sendForm } from './upload.js';
export class Videos {
    transport;
    constructor(transport) {
        this.transport = transport;
    }
    /**
     * Sends a file and starts the job that encodes it. Only a 429 makes it send again: a second upload would be a second job.
     *
     * @param video a `File` of a page, or in Node `await openAsBlob(path)`, which is read as it is sent.
     * @throws ApiError `unsupported-video`, `payload-too-large`, `ffmpeg-unavailable` and others; ConnectionError.
     */
    async encode(video, options = {}) {
        const { signal, onProgress, filename = video.name ?? 'video', ...rest } = options;
        const fields = Object.entries(rest).map(([name, value]) => [name, String(value)]);
        const form = { path: '/v1/videos/encode', fields, file: { field: 'video', blob: video, filename } };
        const { jobId } = await sendForm(this.transport, form, { signal, onProgress });
        return new JobHandle(this.transport, jobId);
    }
    status(jobId, options = {}) {
        return this.transport.json('GET', `/v1/videos/${encodeURIComponent(jobId)}/status`, options);
    }
    /**
     * The encoded file as the answer of `fetch`, whose `body` streams and whose `blob()` is all of it.
     *
     * @throws ApiError `video-not-ready`.
     */
    download(jobId, options = {}) {
        return this.transport.stream(`/v1/videos/${encodeURIComponent(jobId)}/download`, options);
    }
}
//# sourceMappingURL=videos.js.map