import type { Notifier } from './ports/notifier.js'

/** What waits, and since or until when. */
export interface WaitingJob {
  readonly definitionKey: string
  readonly runAt: Date
}

/** Wakes workers for the jobs that are due, and lets them know when the first of the others will be. */
export function hintJobs(notifier: Pick<Notifier, 'hint'>, jobs: Iterable<WaitingJob>, now: Date): void {
  const due = new Set<string>()
  const later = new Set<string>()
  let [dueJobs, laterJobs, dueAt] = [0, 0, Infinity]
  for (const { definitionKey, runAt } of jobs)
    if (runAt <= now) {
      due.add(definitionKey)
      dueJobs += 1
    } else {
      later.add(definitionKey)
      laterJobs += 1
      dueAt = Math.min(dueAt, runAt.getTime())
    }
  if (due.size > 0) notifier.hint([...due], undefined, dueJobs)
  if (later.size > 0) notifier.hint([...later], new Date(dueAt), laterJobs)
}
