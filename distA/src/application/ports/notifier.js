/** In place of a definition key: the cancellation of running jobs was asked for. No definition can have this key. */
export const CANCEL_HINT = '!cancel';
//# sourceMappingURL=notifier.js.map