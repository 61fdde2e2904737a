export {};
//# sourceMappingURL=change-channel.js.map