/** Where jobs are kept: before and after their end. */
export const JOB_TABLES = ['jobs', 'finished_jobs'];
//# sourceMappingURL=dialect.js.map