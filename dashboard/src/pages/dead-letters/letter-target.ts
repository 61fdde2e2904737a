import { get, post, serverNow } from '../../api/request.js'
import type { BulkResult, DeadLetterList } from '../../api/types.js'
import { PIECE, pieces } from '../../lib/in-pieces.js'
import type { BulkTarget } from '../../ui/bulk-dialog.js'

/** As fields hold it; empty: any. */
export interface LetterFilter {
  readonly definitionKey: string
  readonly errorContains: string
}

const WORDS = {
  retry: {
    title: 'Retry dead letters',
    question: 'For each of them a new job is made, once; the old one stays failed.',
    action: 'Retry',
    done: 'started anew',
  },
  discard: {
    title: 'Discard dead letters',
    question: 'They leave this list for ever and cannot be retried from it; their jobs stay failed.',
    action: 'Discard',
    done: 'discarded',
  },
} as const

export type LetterVerb = keyof typeof WORDS

/** Dead letters by id, or all that match a filter now. */
export function letterTarget(verb: LetterVerb, among: readonly string[] | LetterFilter): BulkTarget {
  const path = `/v1/dlq/${verb}`
  const byIds = (ids: readonly string[], dryRun = false) =>
    post<BulkResult>(path, { filter: { ids }, dryRun })
  const act = async (ids: readonly string[]) => (await byIds(ids)).done
  const words = { ...WORDS[verb], things: 'dead letter' }
  if ('length' in among)
    return { ...words, count: async () => (await byIds(among, true)).matched, next: () => pieces(among), act }

  const wire: Record<string, string> = { before: new Date(serverNow()).toISOString() }
  if (among.definitionKey !== '') wire['definitionKey'] = among.definitionKey
  if (among.errorContains !== '') wire['errorContains'] = among.errorContains
  return {
    ...words,
    count: async () => (await post<BulkResult>(path, { filter: wire, dryRun: true })).matched,
    next: () => {
      let offset = 0
      return async () => {
        for (;;) {
          const query = new URLSearchParams({ ...wire, limit: String(PIECE), offset: String(offset) })
          const { jobs } = await get<DeadLetterList>(`/v1/dlq?${query.toString()}`)
          // What was discarded is no longer in the list; what was retried still is.
          if (verb === 'retry') offset += jobs.length
          const open = jobs.filter((letter) => verb === 'discard' || letter.retriedJobId === null)
          if (open.length > 0 || jobs.length === 0) return open.map(({ dlqJobId }) => dlqJobId)
        }
      }
    },
    act,
  }
}
