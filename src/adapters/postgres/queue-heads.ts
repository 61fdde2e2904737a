import { refOf, type DefinitionRef } from '../../domain/job-definition.js'
import { plainArray } from './array-literals.js'

/** What a claim has seen of the queues. */
export interface SeenHeads {
  /** Entries of jobs that are gone, over which it has walked. */
  readonly walked: number
  /** Where the queues begin, if that was asked: the first job of each, or nulls where none was due. */
  readonly heads?:
    readonly (DefinitionRef & { readonly priority: number | null; readonly runAt: string | null })[] | null
}

interface Head {
  /** Of the first job. All that was above it, or of its own priority and due before `from`, was gone when the queue was last looked at. */
  readonly priority: number
  readonly from: Date
  readonly seenAt: Date
}

/** About a millisecond of a claim. */
const MANY_ENTRIES = 5_000
/** So long claims begin at the heads, before one looks from the beginning again; longer where that takes more than a twentieth of the time. */
const KNOWN_MS = 5_000
const ENTRIES_PER_MS = 250
/** So much later than its time a job may come to light: clocks of other processes, transactions that take a while. */
const LATE_MS = 2_000
/** Priorities are integers of 32 bits. */
const ABOVE_ALL = 2_147_483_647
export const BELOW_ALL = -2_147_483_648
const EVER = '-infinity'

/**
 * Where the queues of definitions begin, while the index that claims walk is full of entries of jobs that are gone: as long as a transaction is
 * open that could still see them, nobody may remove them. Nothing of it is known while claims walk over few of them; every claim looks from the
 * beginning then (see docs/adr/0030).
 */
export class QueueHeads {
  private readonly heads = new Map<string, Head>()
  private wanted = false
  private knownSince = Infinity
  private knownUntil = -Infinity

  /** Whether a claim is to begin at the heads that are known, and to tell those that it finds. */
  areWanted(now: Date): boolean {
    if (!this.areKnown(now)) this.heads.clear()
    return this.wanted
  }

  /** Of each definition, as arrays: what `of` tells. */
  arrays(definitions: readonly DefinitionRef[]): readonly string[] {
    const known = definitions.map((ref) => this.of(ref))
    return [
      plainArray(known.map(([head]) => head)),
      plainArray(known.map(([, from]) => from)),
      plainArray(known.map(([, , seen]) => seen)),
    ]
  }

  /** Priority of its first job, since when others of this priority are due, and since when those above; all there is where nothing is known. */
  private of(ref: DefinitionRef): readonly [head: number, from: string, seen: string] {
    const head = this.heads.get(refOf(ref))
    return [head?.priority ?? ABOVE_ALL, since(head?.from), since(head?.seenAt)]
  }

  /** Since when all that may come of each definition is due: where nothing was, that is when it was looked at. */
  dueSince(definitions: readonly DefinitionRef[]): string {
    const heads = definitions.map((ref) => this.heads.get(refOf(ref)))
    return plainArray(heads.map((head) => (head?.priority === BELOW_ALL ? since(head.seenAt) : EVER)))
  }

  /** When claims look from the beginning again, for what came to light behind the heads; `null` while they do. */
  forgottenAt(now: Date): Date | null {
    return this.areKnown(now) ? new Date(this.knownUntil) : null
  }

  /** @param now when the claim was made that has seen this. */
  learn({ walked, heads }: SeenHeads, now: Date): void {
    if (!this.areKnown(now)) {
      this.wanted = walked >= MANY_ENTRIES
      if (!this.wanted || heads === undefined) return
      this.knownSince = now.getTime()
      this.knownUntil = now.getTime() + Math.max(KNOWN_MS, walked / ENTRIES_PER_MS)
    }
    for (const { priority, runAt, ...ref } of heads ?? [])
      this.heads.set(refOf(ref), {
        priority: priority ?? BELOW_ALL,
        from: runAt === null ? now : new Date(runAt),
        seenAt: now,
      })
  }

  /** Not under a clock that was set back: what comes then is behind the heads. */
  private areKnown(now: Date): boolean {
    return now.getTime() >= this.knownSince && now.getTime() < this.knownUntil
  }
}

function since(time: Date | undefined): string {
  return time === undefined ? EVER : new Date(time.getTime() - LATE_MS).toISOString()
}
