import { addressOfFilter, type JobFilter } from '../../lib/job-filter.js'
import { Icon } from '../../ui/icon.js'

/** Pages go by cursor, so that the ten-thousandth is as quick as the first; the browser's own way back leads to newer ones. */
export function Pager({
  filter,
  cursor,
  next,
}: {
  readonly filter: JobFilter
  readonly cursor: string
  readonly next: string | null
}) {
  if (cursor === '' && next === null) return null
  return (
    <nav class="pager" aria-label="Pages of jobs">
      {cursor !== '' && (
        <>
          <a class="button" href={addressOfFilter(filter)}>
            Newest
          </a>
          <button type="button" class="button" onClick={() => history.back()}>
            <Icon name="left" /> Back
          </button>
        </>
      )}
      {next !== null && (
        <a class="button" href={addressOfFilter(filter, next)}>
          Older <Icon name="right" />
        </a>
      )}
    </nav>
  )
}
