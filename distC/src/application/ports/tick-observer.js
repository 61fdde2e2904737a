export const ignoredTicks = { ticked: () => undefined };
//# sourceMappingURL=tick-observer.js.map