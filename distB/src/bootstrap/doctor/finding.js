export function ok(check, says) {
    return { check, state: 'ok', says, fix: null };
}
export function warning(check, says, fix) {
    return { check, state: 'warning', says, fix };
}
export function broken(check, says, fix) {
    return { check, state: 'broken', says, fix };
}
/** What an error says, on one line. */
export function reasonOf(error) {
    // An attempt at every address of a host fails with all their errors and no message of its own.
    const cause = error instanceof AggregateError ? error.errors[0] : error;
    const text = cause instanceof Error ? cause.message : String(cause);
    return text.split('\n')[0] ?? '';
}
//# sourceMappingURL=finding.js.map