/** What a key may do, each scope including those before it. */
export const SCOPES = ['read', 'submit', 'admin'];
export function includesScope(held, needed) {
    return SCOPES.indexOf(held) >= SCOPES.indexOf(needed);
}
/** The scope that includes all of these; `null` when there is none. */
export function widestScope(scopes) {
    return SCOPES.findLast((scope) => scopes.includes(scope)) ?? null;
}
//# sourceMappingURL=access.js.map