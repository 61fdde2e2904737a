/** Of a schedule's jobs that have not ended so many are told. */
export const MAX_OPEN_JOBS = 100;
//# sourceMappingURL=schedule-store.js.map