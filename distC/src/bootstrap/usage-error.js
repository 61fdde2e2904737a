/** A command was called in a way that it does not know, or for something that is not there; its message says all. */
export class UsageError extends Error {
    name = 'UsageError';
}
//# sourceMappingURL=usage-error.js.map