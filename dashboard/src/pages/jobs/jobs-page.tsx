import { useEffect, useState } from 'preact/hooks'
import { addressOf } from '../../lib/address.js'
import { formatTotal } from '../../lib/format.js'
import {
  addressOfFilter,
  EVERY_JOB,
  filterOf,
  isEveryJob,
  listPath,
  wireFilterOf,
} from '../../lib/job-filter.js'
import { useReading } from '../../live/use-reading.js'
import type { JobList } from '../../api/types.js'
import { useTick } from '../../ui/use-tick.js'
import { PageHead } from '../../ui/page-head.js'
import { Empty, ReadError, Waiting } from '../../ui/states.js'
import { BulkDialog, type BulkTarget } from '../../ui/bulk-dialog.js'
import { BulkBar } from './bulk-bar.js'
import { JobFilterBar } from './job-filter-bar.js'
import { JobTable } from './job-table.js'
import { Pager } from './pager.js'

const PAGE = 50

export function JobsPage({ query }: { readonly query: URLSearchParams }) {
  const filter = filterOf(query)
  const cursor = query.get('cursor') ?? ''
  const now = useTick(60_000)
  const wire = wireFilterOf(filter, now)
  const list = useReading<JobList>(listPath(wire, PAGE, cursor), { keepPrevious: true })
  const { data } = list
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [target, setTarget] = useState<BulkTarget | null>(null)
  const address = addressOfFilter(filter)
  useEffect(() => setSelected(new Set()), [address, cursor])

  // Outlives the rows: what is done to all of them may leave none.
  const close = (hasActed: boolean) => {
    setTarget(null)
    if (hasActed) setSelected(new Set())
  }
  return (
    <>
      <PageHead
        title="Jobs"
        note={
          data && `${formatTotal(data.total, data.totalIsCapped)} ${isEveryJob(filter) ? 'kept' : 'match'}`
        }
      />
      <JobFilterBar filter={filter} isSought={query.has('find')} />
      <ReadError error={list.error} retry={list.refresh} />
      {data === undefined && list.error === undefined && <Waiting lines={12} />}
      {data !== undefined && data.jobs.length === 0 && <NoJobs isFiltered={!isEveryJob(filter)} />}
      {data !== undefined && data.jobs.length > 0 && (
        <div class={list.isPrevious ? 'is-old' : ''}>
          <BulkBar
            filter={filter}
            jobs={data.jobs}
            total={data.total}
            totalIsCapped={data.totalIsCapped}
            selected={selected}
            onSelect={setSelected}
            onBegin={setTarget}
          />
          <JobTable jobs={data.jobs} selected={selected} onSelect={setSelected} />
          <Pager filter={filter} cursor={cursor} next={data.nextCursor} />
        </div>
      )}
      {target !== null && <BulkDialog target={target} onClose={close} />}
    </>
  )
}

function NoJobs({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty title="No job matches">
        <p>
          <a class="button" href={addressOfFilter(EVERY_JOB)}>
            Show all jobs
          </a>
        </p>
      </Empty>
    )
  return (
    <Empty title="There are no jobs yet">
      <p>Start one here, or with a POST to /v1/jobs; it shows up without reloading.</p>
      <p>
        <a class="button is-primary" href={addressOf('/run', { definition: 'echo' })}>
          Run a sample job
        </a>
      </p>
    </Empty>
  )
}
