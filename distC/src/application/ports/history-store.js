/** Only jobs of this definition name files of the data directory: `inputPath` in their params, `outputPath` in their result. */
export const VIDEO_DEFINITION = 'encode.video';
//# sourceMappingURL=history-store.js.map