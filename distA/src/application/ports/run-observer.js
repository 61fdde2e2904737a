export const unobserved = { ended: () => undefined };
//# sourceMappingURL=run-observer.js.map