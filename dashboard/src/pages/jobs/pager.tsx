import { useRef } from 'preact/hooks'
import { addressOfFilter, type JobFilter } from '../../lib/job-filter.js'
import { trailTo } from '../../lib/trail.js'
import { Icon } from '../../ui/icon.js'

/** Pages go by cursor, so that the ten-thousandth is as quick as the first; back leads to pages that were seen. */
export function Pager({
  filter,
  cursor,
  next,
}: {
  readonly filter: JobFilter
  readonly cursor: string
  readonly next: string | null
}) {
  const trail = useRef<readonly string[]>([])
  trail.current = trailTo(trail.current, cursor)
  const before = trail.current.at(-2)
  if (cursor === '' && next === null) return null
  return (
    <nav class="pager" aria-label="Pages of jobs">
      {cursor !== '' && (
        <>
          <a class="button" href={addressOfFilter(filter)}>
            Newest
          </a>
          {before !== undefined && (
            <a class="button" href={addressOfFilter(filter, before)}>
              <Icon name="left" /> Back
            </a>
          )}
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
