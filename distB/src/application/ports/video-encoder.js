export const VIDEO_FORMATS = ['mp4', 'webm', 'avi'];
export const VIDEO_QUALITIES = ['720p', '1080p', '4k'];
/** The greatest height, in pixels, that each quality allows. */
export const MAX_HEIGHT = { '720p': 720, '1080p': 1080, '4k': 2160 };
//# sourceMappingURL=video-encoder.js.map