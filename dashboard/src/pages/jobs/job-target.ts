import { get, post, serverNow } from '../../api/request.js'
import type { BulkResult, JobList } from '../../api/types.js'
import { PIECE, pieces } from '../../lib/in-pieces.js'
import { listPath, wireFilterOf, type JobFilter } from '../../lib/job-filter.js'
import type { BulkTarget } from '../../ui/bulk-dialog.js'

const WORDS = {
  cancel: {
    title: 'Cancel jobs',
    question: 'Queued jobs are cancelled at once and never start; running ones are told to stop.',
    action: 'Cancel',
    done: 'cancelled, or told to stop',
  },
  retry: {
    title: 'Retry jobs',
    question: 'For each failed or cancelled job a new one is made, once; the old one stays as it is.',
    action: 'Retry',
    done: 'started anew',
  },
} as const

/** Jobs by id, or all that match a filter now; what is accepted later is not touched. */
export function jobTarget(verb: 'cancel' | 'retry', among: readonly string[] | JobFilter): BulkTarget {
  const path = `/v1/jobs/${verb}`
  const byIds = (ids: readonly string[], dryRun = false) =>
    post<BulkResult>(path, { filter: { ids }, dryRun })
  const act = async (ids: readonly string[]) => (await byIds(ids)).done
  const words = { ...WORDS[verb], things: 'job' }
  if ('length' in among)
    return { ...words, count: async () => (await byIds(among, true)).matched, next: () => pieces(among), act }

  const now = serverNow()
  const filter = among.before === '' ? { ...among, before: new Date(now).toISOString() } : among
  const wire = wireFilterOf(filter, now)
  return {
    ...words,
    count: async () => (await post<BulkResult>(path, { filter: wire, dryRun: true })).matched,
    next: () => {
      let cursor: string | null = ''
      return async () => {
        if (cursor === null) return []
        const page: JobList = await get(listPath(wire, PIECE, cursor))
        cursor = page.nextCursor
        return page.jobs.map(({ jobId }) => jobId)
      }
    },
    act,
  }
}
