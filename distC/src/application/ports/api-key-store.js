export {};
//# sourceMappingURL=api-key-store.js.map