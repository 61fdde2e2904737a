export {};
//# sourceMappingURL=metrics-store.js.map