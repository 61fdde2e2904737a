import { Guard, type GuardOptions } from '../../../src/adapters/http/access/guard.js'
import { KeyRing } from '../../../src/adapters/http/access/key-ring.js'
import { SCOPES, type Scope } from '../../../src/domain/access.js'
import { openHarness, type Harness } from './harness.js'

/** One key for each scope. */
export const SECRETS: Readonly<Record<Scope, string>> = {
  read: 'key-to-read',
  submit: 'key-to-submit',
  admin: 'key-to-all',
}
export const KEYS = SCOPES.map((scope) => ({ secret: SECRETS[scope], scope }))
export const bearer = (secret: string): { headers: Record<string, string> } => ({
  headers: { Authorization: `Bearer ${secret}` },
})

/** A harness behind a door of its own. */
export function openGuarded(
  options: Partial<GuardOptions> & { readonly configured?: typeof KEYS },
): Promise<Harness> {
  const { configured = KEYS, ...rest } = options
  return openHarness(({ clock }, stores) => ({
    guard: new Guard({
      keys: new KeyRing(configured, stores.apiKeys, clock),
      listensOn: '127.0.0.1',
      origins: new Set(),
      limiter: null,
      ...rest,
    }),
  }))
}
