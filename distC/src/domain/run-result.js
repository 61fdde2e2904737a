export const MAX_RESULT_BYTES = 1024 * 1024;
export const MAX_ERROR_SUMMARY = 1_000;
//# sourceMappingURL=run-result.js.map