export {};
//# sourceMappingURL=definition-types.js.map