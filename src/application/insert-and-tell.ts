import type { NewJob } from '../domain/job.js'
import type { InsertAnswer, JobStore } from './ports/job-store.js'

/** Keeps jobs and tells of them, once: as soon as they can be claimed, at the latest when they are durable. */
export async function insertAndTell(
  store: Pick<JobStore, 'insert'>,
  jobs: readonly NewJob[],
  tell: (answers: readonly InsertAnswer[]) => void,
): Promise<readonly InsertAnswer[]> {
  let isTold = false
  const tellOnce = (answers: readonly InsertAnswer[]): void => {
    if (!isTold) tell(answers)
    isTold = true
  }
  const answers = await store.insert(jobs, tellOnce)
  tellOnce(answers)
  return answers
}
