export const MAX_TOTAL = 10_000;
export const MAX_DELIVERIES = 1_000;
//# sourceMappingURL=job-queries.js.map