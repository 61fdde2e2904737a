import type { Candidate, LeaderLock, Leadership } from '../../application/ports/leader-lock.js'
import type { MemoryState } from './memory-state.js'

export class MemoryLeaderLock implements LeaderLock {
  constructor(private readonly state: MemoryState) {}

  acquire({ name, holder }: Candidate, ttlMs: number): Promise<Leadership | null> {
    const now = this.state.leaseNow()
    const row = this.state.leaders.get(name)
    const held = row !== undefined && row.expiresAt > now
    if (held && row.holder !== holder) return Promise.resolve(null)
    const term = held ? row.term : (row?.term ?? 0) + 1
    this.state.leaders.set(name, { holder, term, expiresAt: new Date(now.getTime() + ttlMs) })
    return Promise.resolve({ name, holder, term })
  }

  resign(leadership: Leadership): Promise<void> {
    if (this.state.leads(leadership))
      this.state.leaders.set(leadership.name, {
        holder: null,
        term: leadership.term,
        expiresAt: new Date(0),
      })
    return Promise.resolve()
  }
}
