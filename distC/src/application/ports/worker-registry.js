export {};
//# sourceMappingURL=worker-registry.js.map