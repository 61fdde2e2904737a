export {};
//# sourceMappingURL=callers-transaction.js.map