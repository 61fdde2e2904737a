export {};
//# sourceMappingURL=queue-queries.js.map