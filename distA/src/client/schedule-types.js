export {};
//# sourceMappingURL=schedule-types.js.map