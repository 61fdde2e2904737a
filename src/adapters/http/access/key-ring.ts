import { createHash, timingSafeEqual } from 'node:crypto'
import type { ApiKeyStore } from '../../../application/ports/api-key-store.js'
import type { Clock } from '../../../application/ports/clock.js'
import type { Scope } from '../../../domain/access.js'

/** Whoever a key belongs to. */
export interface KeyHolder {
  /** Names the key, never its secret. */
  readonly id: string
  readonly scope: Scope
}

/** A key from the configuration. */
export interface ConfiguredKey {
  readonly secret: string
  readonly scope: Scope
}

interface RingEntry extends KeyHolder {
  readonly hash: Buffer
}

interface Snapshot {
  readonly entries: ReadonlyMap<string, readonly RingEntry[]>
  readonly isEmpty: boolean
  readonly takenAt: number
}

/** What was read of the stored keys is used for so long; then it is read anew while requests go on with what is known. */
const FRESH_MS = 2_000
/** Nothing older is believed: a key that was revoked works no longer than this. */
const STALE_MS = 5_000

/** Knows every key: the configured ones, and the stored ones as they were a moment ago, so that requests cost no queries. */
export class KeyRing {
  private readonly configured: ReadonlyMap<string, readonly RingEntry[]>
  private snapshot: Snapshot | null = null
  private reading: Promise<Snapshot> | null = null

  constructor(
    configured: readonly ConfiguredKey[],
    private readonly store: Pick<ApiKeyStore, 'list'>,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {
    this.configured = indexed(
      configured.map(({ secret, scope }, place) => ({
        id: `API_KEYS ${place + 1}`,
        scope,
        hash: sha256(secret),
      })),
    )
  }

  /**
   * Whether no key was ever made. Revoked ones count: the last key's end must not open the server to everyone.
   *
   * @throws StorageUnavailableError when the stored keys cannot be read.
   */
  async isEmpty(): Promise<boolean> {
    return this.configured.size === 0 && (await this.stored()).isEmpty
  }

  /**
   * The holder of a secret; `null` when it is none. Compared by hash, in constant time.
   *
   * @throws StorageUnavailableError when the stored keys cannot be read.
   */
  async holderOf(secret: string): Promise<KeyHolder | null> {
    const hash = sha256(secret)
    return find(this.configured, hash) ?? find((await this.stored()).entries, hash)
  }

  private async stored(): Promise<Snapshot> {
    const { snapshot } = this
    const age = snapshot === null ? Infinity : this.clock.monotonicMs() - snapshot.takenAt
    if (snapshot !== null && age < FRESH_MS) return snapshot
    this.reading ??= this.read().finally(() => (this.reading = null))
    if (snapshot === null || age >= STALE_MS) return this.reading
    // Who waits for it is told when it fails; until then what is known will do.
    this.reading.catch(() => undefined)
    return snapshot
  }

  private async read(): Promise<Snapshot> {
    const takenAt = this.clock.monotonicMs()
    const keys = await this.store.list()
    const valid = keys.filter(({ revokedAt }) => revokedAt === null)
    const entries = valid.map(({ id, scope, secretHash }) => ({
      id,
      scope,
      hash: Buffer.from(secretHash, 'hex'),
    }))
    this.snapshot = { entries: indexed(entries), isEmpty: keys.length === 0, takenAt }
    return this.snapshot
  }
}

function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** By the beginning of the hash: it tells nothing of the secret, and few keys are left to compare. */
function indexed(entries: readonly RingEntry[]): ReadonlyMap<string, readonly RingEntry[]> {
  const index = new Map<string, RingEntry[]>()
  for (const entry of entries) {
    const start = startOf(entry.hash)
    index.set(start, [...(index.get(start) ?? []), entry])
  }
  return index
}

function find(index: ReadonlyMap<string, readonly RingEntry[]>, hash: Buffer): KeyHolder | null {
  const entry = index.get(startOf(hash))?.find((candidate) => timingSafeEqual(candidate.hash, hash))
  return entry ?? null
}

function startOf(hash: Buffer): string {
  return hash.toString('hex', 0, 4)
}
