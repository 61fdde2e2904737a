import { get, post, serverNow } from '../../api/request.js'
import type { BulkResult, DeadLetterList } from '../../api/types.js'
import type { ErrorGroup } from '../../lib/error-groups.js'
import { PIECE, pieces, unseen } from '../../lib/in-pieces.js'
import type { BulkTarget } from '../../ui/bulk-dialog.js'

/** As fields hold it; empty: any. */
export interface LetterFilter {
  readonly definitionKey: string
  readonly errorContains: string
  /** Those that were retried count as well. */
  readonly showsRetried: boolean
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

/** Longer errors are told in part. */
const MAX_TOLD = 200

/** Some dead letters of one definition and one error. */
export function groupTarget(
  verb: LetterVerb,
  { definitionKey, title }: Pick<ErrorGroup<unknown>, 'definitionKey' | 'title'>,
  ids: readonly string[],
): BulkTarget {
  const told = title.length > MAX_TOLD ? `${title.slice(0, MAX_TOLD)} …` : title
  return {
    ...WORDS[verb],
    title: `${WORDS[verb].title} of ${definitionKey}`,
    question: `Given up with “${told}”. ${WORDS[verb].question}`,
    things: 'dead letter',
    count: async () => (await byIds(verb, ids, true)).matched,
    next: () => pieces(ids),
    act: async (some) => (await byIds(verb, some)).done,
  }
}

function byIds(verb: LetterVerb, ids: readonly string[], dryRun = false): Promise<BulkResult> {
  return post(`/v1/dlq/${verb}`, { filter: { ids }, dryRun })
}

/** The question for dead letters that match, as the page shows them; `before` keeps out those that come later. */
export function lettersQuery(filter: LetterFilter, before?: Date): Readonly<Record<string, string>> {
  const { definitionKey, errorContains, showsRetried } = filter
  return {
    ...(showsRetried ? {} : { unretried: 'true' }),
    ...(definitionKey === '' ? {} : { definitionKey }),
    ...(errorContains === '' ? {} : { errorContains }),
    ...(before === undefined ? {} : { before: before.toISOString() }),
  }
}

/** All that match a filter now; to be retried, of these the ones that were not yet. */
export function letterTarget(verb: LetterVerb, filter: LetterFilter): BulkTarget {
  const showsRetried = filter.showsRetried && verb === 'discard'
  const wire = lettersQuery({ ...filter, showsRetried }, new Date(serverNow()))
  const list = (limit: number, offset = 0) => {
    const query = new URLSearchParams({ ...wire, limit: String(limit), offset: String(offset) })
    return get<DeadLetterList>(`/v1/dlq?${query.toString()}`)
  }
  return {
    ...WORDS[verb],
    things: 'dead letter',
    count: async () => (await list(1)).total,
    next: () => unseen(async (offset) => (await list(PIECE, offset)).jobs.map(({ dlqJobId }) => dlqJobId)),
    act: async (ids) => (await byIds(verb, ids)).done,
  }
}
