/** What a key may do, each scope including those before it. */
export declare const SCOPES: readonly ["read", "submit", "admin"];
export type Scope = (typeof SCOPES)[number];
export declare function includesScope(held: Scope, needed: Scope): boolean;
/** The scope that includes all of these; `null` when there is none. */
export declare function widestScope(scopes: readonly Scope[]): Scope | null;
