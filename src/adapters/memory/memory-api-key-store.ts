import type { ApiKey, ApiKeyStore } from '../../application/ports/api-key-store.js'
import type { MemoryState } from './memory-state.js'

export class MemoryApiKeyStore implements ApiKeyStore {
  constructor(private readonly state: MemoryState) {}

  create(key: Omit<ApiKey, 'revokedAt'>): Promise<boolean> {
    if (this.living(key.name) !== undefined) return Promise.resolve(false)
    this.state.apiKeys.set(key.id, { ...key, revokedAt: null })
    return Promise.resolve(true)
  }

  revoke(name: string, now: Date): Promise<boolean> {
    const key = this.living(name)
    if (key !== undefined) this.state.apiKeys.set(key.id, { ...key, revokedAt: now })
    return Promise.resolve(key !== undefined)
  }

  list(): Promise<readonly ApiKey[]> {
    return Promise.resolve([...this.state.apiKeys.values()].sort((a, b) => (a.id < b.id ? -1 : 1)))
  }

  private living(name: string): ApiKey | undefined {
    return [...this.state.apiKeys.values()].find((key) => key.name === name && key.revokedAt === null)
  }
}
