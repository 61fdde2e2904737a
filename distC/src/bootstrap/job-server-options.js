export {};
//# sourceMappingURL=job-server-options.js.map