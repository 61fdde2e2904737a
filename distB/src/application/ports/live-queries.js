export {};
//# sourceMappingURL=live-queries.js.map