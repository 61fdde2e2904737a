export const VIDEO_FORMATS = ['mp4', 'webm', 'avi'] as const
export type VideoFormat = (typeof VIDEO_FORMATS)[number]
export const VIDEO_QUALITIES = ['720p', '1080p', '4k'] as const
export type VideoQuality = (typeof VIDEO_QUALITIES)[number]

/** The greatest height, in pixels, that each quality allows. */
export const MAX_HEIGHT: Readonly<Record<VideoQuality, number>> = { '720p': 720, '1080p': 1080, '4k': 2160 }

export interface MediaFacts {
  readonly width: number
  readonly height: number
  readonly durationSeconds: number
  readonly videoCodec: string
  readonly audioCodec: string | null
  readonly sizeBytes: number
}

/** As ffprobe names it; empty where the file does not say. */
export interface Colour {
  readonly primaries: string
  readonly transfer: string
  readonly matrix: string
  readonly range: string
  readonly isRgb: boolean
}

/** What there is to know of a video before it is encoded. */
export interface ProbedVideo extends MediaFacts {
  /** The container's name as ffmpeg's `-f` takes it. */
  readonly container: string
  /** Of the average; 0 when the file does not say, or has no steady rate. */
  readonly framesPerSecond: number
  /** Whether its frames come at times that no usual rate has. */
  readonly isUneven?: boolean
  /** How long a header says that the encoded streams are; `null` where their length is what was found in the file. */
  readonly promisedSeconds?: number | null
  readonly colour?: Colour
  /** Whether its sound has channels that nobody knows the places of. */
  readonly hasUnnamedChannels?: boolean
}

export interface EncodeRequest {
  /** Absolute. */
  readonly inputPath: string
  /** What `probe` said of it. */
  readonly input: ProbedVideo
  /** Absolute; exists only after success, complete. */
  readonly outputPath: string
  readonly format: VideoFormat
  /** Even; at most the input's height, so that nothing is upscaled. */
  readonly height: number
  readonly signal: AbortSignal
  /** How far, 0–100; only grows. */
  readonly onProgress: (percent: number) => void
  /** What whoever looks at the output should know, although it was made. */
  readonly onWarning: (text: string) => void
}

/** Looks into videos and encodes them. */
export interface VideoEncoder {
  /** Both tools are there and run. */
  isAvailable(): Promise<boolean>
  /**
   * @param signal ends it; by its rejection no process is left.
   * @throws JobServerError `unsupported-video` when the file is not a video that can be decoded, or beyond the limits;
   *   `ffmpeg-unavailable` when the tools are missing.
   */
  probe(path: string, signal?: AbortSignal): Promise<ProbedVideo>
  /**
   * Encodes one file; the output appears under its name only when complete.
   *
   * @throws when it fails or `signal` aborts; by then no process and no partial file is left. JobServerError `unsupported-video`
   *   when the input is to blame, so that no other try does better.
   */
  encode(request: EncodeRequest): Promise<MediaFacts>
}
