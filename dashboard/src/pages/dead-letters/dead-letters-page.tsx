import { useState } from 'preact/hooks'
import { addressOf } from '../../lib/address.js'
import { groupErrors } from '../../lib/error-groups.js'
import { formatCount, plural } from '../../lib/format.js'
import { useReading } from '../../live/use-reading.js'
import type { DeadLetterList } from '../../api/types.js'
import { BulkDialog, type BulkTarget } from '../../ui/bulk-dialog.js'
import { Icon } from '../../ui/icon.js'
import { PageHead } from '../../ui/page-head.js'
import { Empty, ReadError, Waiting } from '../../ui/states.js'
import { ErrorGroupPanel } from './error-group-panel.js'
import { LetterFilterBar } from './letter-filter-bar.js'
import { groupTarget, lettersQuery, letterTarget, type LetterFilter } from './letter-target.js'

/** As many as one request tells; groups are made of these. */
const NEWEST = 1_000

export function DeadLettersPage({ query }: { readonly query: URLSearchParams }) {
  const filter: LetterFilter = {
    definitionKey: query.get('definition') ?? '',
    errorContains: query.get('q') ?? '',
    showsRetried: query.get('retried') === 'shown',
  }
  const search = new URLSearchParams({ limit: String(NEWEST), ...lettersQuery(filter) })
  const list = useReading<DeadLetterList>(`/v1/dlq?${search.toString()}`, { keepPrevious: true })
  const [target, setTarget] = useState<BulkTarget | null>(null)

  const shown = list.data?.jobs ?? []
  const total = list.data?.total ?? 0
  const isFiltered = filter.definitionKey !== '' || filter.errorContains !== ''

  return (
    <>
      <PageHead title="Dead letters" note={list.data && noteOf(total, shown.length)}>
        {shown.length > 0 && (
          <>
            <button type="button" class="button" onClick={() => setTarget(letterTarget('retry', filter))}>
              <Icon name="redo" /> Retry all …
            </button>
            <button type="button" class="button" onClick={() => setTarget(letterTarget('discard', filter))}>
              <Icon name="trash" /> Discard all …
            </button>
          </>
        )}
      </PageHead>
      <LetterFilterBar filter={filter} />
      <ReadError error={list.error} retry={list.refresh} />
      {list.data === undefined && list.error === undefined && <Waiting />}
      {list.data !== undefined && shown.length === 0 && (
        <NoLetters isFiltered={isFiltered} showsRetried={filter.showsRetried} />
      )}
      <div class={`stack ${list.isPrevious ? 'is-old' : ''}`}>
        {groupErrors(shown).map((group) => (
          <ErrorGroupPanel
            key={`${group.definitionKey} ${group.title}`}
            group={group}
            onAct={(verb, ids) => setTarget(groupTarget(verb, group, ids))}
          />
        ))}
      </div>
      {target !== null && <BulkDialog target={target} onClose={() => setTarget(null)} />}
    </>
  )
}

function noteOf(total: number, shown: number): string {
  if (total > shown) return `The newest ${formatCount(shown)} of ${formatCount(total)}, by error`
  return total === 0 ? 'Jobs that were given up' : `${plural(total, 'job')} given up, by error`
}

function NoLetters({
  isFiltered,
  showsRetried,
}: {
  readonly isFiltered: boolean
  readonly showsRetried: boolean
}) {
  if (isFiltered) return <Empty title="No dead letter matches" />
  return (
    <Empty title={showsRetried ? 'No job was given up' : 'No job waits to be retried'}>
      <p>
        A job whose last attempt fails comes here, with its params and errors, to be retried or discarded. The
        sample <a href={addressOf('/run', { definition: 'failing' })}>failing</a> always does.
      </p>
    </Empty>
  )
}
