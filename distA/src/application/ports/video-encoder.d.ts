export declare const VIDEO_FORMATS: readonly ["mp4", "webm", "avi"];
export type VideoFormat = (typeof VIDEO_FORMATS)[number];
export declare const VIDEO_QUALITIES: readonly ["720p", "1080p", "4k"];
export type VideoQuality = (typeof VIDEO_QUALITIES)[number];
/** The greatest height, in pixels, that each quality allows. */
export declare const MAX_HEIGHT: Readonly<Record<VideoQuality, number>>;
export interface MediaFacts {
    readonly width: number;
    readonly height: number;
    readonly durationSeconds: number;
    readonly videoCodec: string;
    readonly audioCodec: string | null;
    readonly sizeBytes: number;
}
export interface EncodeRequest {
    /** Absolute. */
    readonly inputPath: string;
    /** Absolute; exists only after success, complete. */
    readonly outputPath: string;
    readonly format: VideoFormat;
    /** Even; at most the input's height, so that nothing is upscaled. */
    readonly height: number;
    readonly durationSeconds: number;
    readonly signal: AbortSignal;
    /** How far, 0–100; only grows. */
    readonly onProgress: (percent: number) => void;
}
/** Looks into videos and encodes them. */
export interface VideoEncoder {
    /** Both tools are there and run. */
    isAvailable(): Promise<boolean>;
    /**
     * @throws JobServerError `unsupported-video` when the file is not a video that can be decoded, or beyond the limits;
     *   `ffmpeg-unavailable` when the tools are missing.
     */
    probe(path: string): Promise<MediaFacts>;
    /**
     * Encodes one file; the output appears under its name only when complete.
     *
     * @throws when it fails or `signal` aborts; by then no process and no partial file is left.
     */
    encode(request: EncodeRequest): Promise<MediaFacts>;
}
