import { Followers, UNNAMED_CHANGES } from '../../application/followers.js'
import type { ChangeChannel, Changes } from '../../application/ports/change-channel.js'
import type { SqliteNotifier } from './sqlite-notifier.js'

/** Changes of this process by name; of other processes only that something was committed, each 25 ms. */
export class SqliteChanges implements ChangeChannel {
  private readonly followers = new Followers()
  private unsubscribe: (() => void) | null = null

  constructor(private readonly notifier: Pick<SqliteNotifier, 'subscribe'>) {}

  announce(changes: Changes): void {
    this.followers.tell(changes)
  }

  follow(onChanges: (changes: Changes) => void): () => void {
    const remove = this.followers.add(onChanges)
    this.unsubscribe ??= this.notifier.subscribe((keys) => {
      // Named ones are this process's own, and are announced.
      if (keys.length === 0) this.followers.tell(UNNAMED_CHANGES)
    })
    return () => {
      remove()
      if (!this.followers.isEmpty) return
      this.unsubscribe?.()
      this.unsubscribe = null
    }
  }

  isProven(): boolean {
    return true
  }
}
