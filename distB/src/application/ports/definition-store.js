export {};
//# sourceMappingURL=definition-store.js.map