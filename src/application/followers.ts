import type { Changes } from './ports/change-channel.js'

type Follower = (changes: Changes) => void

/** Those in this process who follow changes. */
export class Followers {
  private readonly followers = new Set<Follower>()

  get isEmpty(): boolean {
    return this.followers.size === 0
  }

  tell(changes: Changes): void {
    for (const follower of this.followers) follower(changes)
  }

  /** @returns what removes it again; repeating that is harmless. */
  add(onChanges: Follower): () => void {
    // An own function for each: the same follower may come twice.
    const follower: Follower = (changes) => {
      onChanges(changes)
    }
    this.followers.add(follower)
    return () => this.followers.delete(follower)
  }
}

/** What changes are told by adding to. */
export const NO_CHANGES: Changes = { jobs: [], definitions: [], schedules: [], more: false }

/** Something changed, and nobody knows what. */
export const UNNAMED_CHANGES: Changes = { ...NO_CHANGES, more: true }
