import type { Logger } from '../application/ports/logger.js'
import type { Notifier, OnHint } from '../application/ports/notifier.js'

/**
 * A notifier of somebody else's. What it throws, or rejects with, is a hint that was lost and no more: by then the jobs are kept. It is logged
 * once until a hint goes out again; meanwhile those in this process are told all the same, and the others look more often by themselves.
 */
export function forgivingNotifier(notifier: Notifier, logger: Logger): Notifier {
  const here = new Set<OnHint>()
  let isFailing = false
  const hint = async (...[definitionKeys, dueAt, jobs]: Parameters<Notifier['hint']>): Promise<void> => {
    try {
      // A function that answers a promise fits the type as well.
      await (notifier.hint(definitionKeys, dueAt, jobs) as unknown)
      isFailing = false
    } catch (error) {
      if (!isFailing)
        logger.error('the notifier failed, so workers look by themselves', { error: String(error) })
      isFailing = true
      for (const onHint of here) onHint(definitionKeys, dueAt)
    }
  }
  return {
    hint: (...said) => void hint(...said),
    subscribe: (onHint) => {
      const unsubscribe = notifier.subscribe(onHint)
      here.add(onHint)
      return () => {
        here.delete(onHint)
        unsubscribe()
      }
    },
    isProven: () => !isFailing && notifier.isProven(),
  }
}
