/** What a key may do, each scope including those before it. */
export const SCOPES = ['read', 'submit', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

export function includesScope(held: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(held) >= SCOPES.indexOf(needed)
}

/** The scope that includes all of these; `null` when there is none. */
export function widestScope(scopes: readonly Scope[]): Scope | null {
  return SCOPES.findLast((scope) => scopes.includes(scope)) ?? null
}
