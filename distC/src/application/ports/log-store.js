export {};
//# sourceMappingURL=log-store.js.map