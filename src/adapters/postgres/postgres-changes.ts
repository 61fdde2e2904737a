import { ChangeSet } from '../../application/change-set.js'
import { Followers, UNNAMED_CHANGES } from '../../application/followers.js'
import type { ChangeChannel, Changes, JobChange } from '../../application/ports/change-channel.js'

/** At most one message in this time. */
const PAUSE_MS = 20
/** So many jobs with their statuses, or schedules, fit into one message, which may have 8,000 bytes. */
const MAX_NAMED = 120
const MAX_BYTES = 7_500
/** How often others are told that somebody here follows, and how long they believe it. */
const FOLLOW_EVERY_MS = 5_000
const FOLLOWED_FOR_MS = 15_000

const FOLLOWING = 'following'

/** What a message holds, as JSON. */
type Wire = readonly [
  jobs: readonly (readonly [string, JobChange['status']])[],
  definitions: readonly string[],
  more: 0 | 1,
  /** A process of an older version names none. */
  schedules?: readonly string[],
]

/**
 * Changes of all processes, by messages on the channel of the hints. Who follows says so again and again, and nobody sends
 * while nobody has said it lately.
 */
export class PostgresChanges implements ChangeChannel {
  private readonly followers = new Followers()
  private readonly pending = new ChangeSet(MAX_NAMED)
  private timer: NodeJS.Timeout | null = null
  private following: NodeJS.Timeout | null = null
  private followedUntil = 0

  /** @param send sends a message to the other processes; it may be lost. */
  constructor(
    private readonly send: (message: string) => void,
    readonly isProven: () => boolean,
  ) {}

  announce(changes: Changes): void {
    this.followers.tell(changes)
    if (performance.now() >= this.followedUntil) return
    this.pending.add(changes)
    this.timer ??= setTimeout(() => {
      this.timer = null
      this.send(textOf(this.pending.take()))
    }, PAUSE_MS)
  }

  follow(onChanges: (changes: Changes) => void): () => void {
    const remove = this.followers.add(onChanges)
    if (this.following === null) this.startFollowing()
    return () => {
      remove()
      if (this.followers.isEmpty) this.stopFollowing()
    }
  }

  /** Takes a message of another process. */
  receive(message: string): void {
    if (message === FOLLOWING) this.followedUntil = performance.now() + FOLLOWED_FOR_MS
    else if (!this.followers.isEmpty) this.followers.tell(changesOf(message))
  }

  /** Messages were missed, or may be: those that say who follows, too. */
  missed(): void {
    this.followedUntil = performance.now() + FOLLOWED_FOR_MS
    this.followers.tell(UNNAMED_CHANGES)
  }

  stop(): void {
    this.stopFollowing()
    if (this.timer !== null) clearTimeout(this.timer)
    this.followedUntil = 0
  }

  private startFollowing(): void {
    this.send(FOLLOWING)
    this.following = setInterval(() => {
      this.send(FOLLOWING)
    }, FOLLOW_EVERY_MS)
    this.following.unref()
  }

  private stopFollowing(): void {
    if (this.following !== null) clearInterval(this.following)
    this.following = null
  }
}

function textOf({ jobs, definitions, schedules, more }: Changes): string {
  const wire: Wire = [jobs.map(({ jobId, status }) => [jobId, status]), definitions, more ? 1 : 0, schedules]
  const text = JSON.stringify(wire)
  // Long keys of definitions; they are too rare to be worth a message of their own.
  return Buffer.byteLength(text) <= MAX_BYTES ? text : JSON.stringify([[], [], 1, []] satisfies Wire)
}

function changesOf(message: string): Changes {
  try {
    const [jobs, definitions, more, schedules = []] = JSON.parse(message) as Wire
    return {
      jobs: jobs.map(([jobId, status]) => ({ jobId, status })),
      definitions,
      schedules,
      more: more === 1,
    }
  } catch {
    return UNNAMED_CHANGES
  }
}
