import { addressOf } from '../../lib/address.js'
import { formatCount, formatSeconds, formatShare, plural } from '../../lib/format.js'
import { SPANS } from '../../lib/job-filter.js'
import { finishedIn } from '../../lib/throughput.js'
import { useReading } from '../../live/use-reading.js'
import type { Latency, Metrics, Throughput, WorkerList } from '../../api/types.js'
import { PageHead } from '../../ui/page-head.js'
import { Choice } from '../../ui/choice.js'
import { Empty, ReadError, Waiting } from '../../ui/states.js'
import { Attention } from './attention.js'
import { DefinitionFigures } from './definition-figures.js'
import { LatestFailures } from './latest-failures.js'
import { ThroughputChart } from './throughput-chart.js'
import { Tile } from './tile.js'

const WINDOWS = Object.keys(SPANS)
const PERIODS: Readonly<Record<string, string>> = { '1h': 'minutes=60', '24h': 'hours=24', '7d': 'hours=168' }
const WORDS: Readonly<Record<string, string>> = {
  '1h': 'last hour',
  '24h': 'last 24 hours',
  '7d': 'last 7 days',
}
/** Figures of so many seconds ago will do: all pages that look share them. */
const TTL = 1

export function OverviewPage({ query }: { readonly query: URLSearchParams }) {
  const asked = query.get('span') ?? ''
  const span = SPANS[asked] === undefined ? '1h' : asked
  const metrics = useReading<Metrics>(`/v1/metrics?ttl=${TTL}`)
  const throughput = useReading<Throughput>(`/v1/metrics/throughput?${PERIODS[span]}&ttl=${TTL}`, {
    keepPrevious: true,
  })
  const latency = useReading<Latency>(`/v1/metrics/latency?window=${span}&ttl=${TTL}`, { keepPrevious: true })
  const workers = useReading<WorkerList>('/v1/workers')
  const counts = metrics.data?.summary.byStatus

  return (
    <>
      <PageHead title="Overview">
        <Choice
          label="Period"
          options={WINDOWS}
          value={span}
          addressOf={(option) => addressOf('/', { span: option })}
        />
      </PageHead>
      <ReadError error={metrics.error} retry={metrics.refresh} />
      {metrics.data?.summary.total === 0 ? (
        <FirstSteps />
      ) : (
        <Attention counts={counts} workers={workers.data} />
      )}
      <section class="tiles" aria-label="Figures">
        <Tile
          name="Queued"
          value={counts && formatCount(counts.queued)}
          href={addressOf('/jobs', { status: 'queued' })}
          tone={counts && counts.queued > 0 ? 'queued' : undefined}
        />
        <Tile
          name="Running"
          value={counts && formatCount(counts.running + counts.cancelling)}
          href={addressOf('/jobs', { status: 'running,cancelling' })}
          tone={counts && counts.running > 0 ? 'running' : undefined}
        />
        <FinishedTiles throughput={throughput.data} span={span} />
        <Tile
          name="Wait, p50"
          value={latency.data && formatSeconds(latency.data.wait.p50)}
          note={latency.data && `p95 ${formatSeconds(latency.data.wait.p95)}`}
          hint="From being due to the start: the median"
        />
        <Tile
          name="Run, p50"
          value={latency.data && formatSeconds(latency.data.run.p50)}
          note={latency.data && `p95 ${formatSeconds(latency.data.run.p95)}`}
          hint="From the start to the end: the median"
        />
        <WorkersTile workers={workers.data} running={counts && counts.running + counts.cancelling} />
      </section>
      <section class="panel">
        <div class="panel-head">
          <h2>Finished jobs, {WORDS[span]}</h2>
          <span class="quiet wide-only">Drag across the chart to see the jobs of that time</span>
        </div>
        {throughput.data === undefined ? (
          <Waiting lines={5} />
        ) : (
          <ThroughputChart data={throughput.data.data} span={span} />
        )}
      </section>
      <div class="columns">
        <DefinitionFigures />
        <LatestFailures />
      </div>
    </>
  )
}

function FinishedTiles({
  throughput,
  span,
}: {
  readonly throughput: Throughput | undefined
  readonly span: string
}) {
  const total = throughput && finishedIn(throughput.data)
  return (
    <>
      <Tile
        name="Succeeded"
        value={total && formatCount(total.completed)}
        note={total && `${formatShare(total.successRate)} of all`}
        href={addressOf('/jobs', { status: 'succeeded', span })}
      />
      <Tile
        name="Failed"
        value={total && formatCount(total.failed)}
        href={addressOf('/jobs', { status: 'failed', span })}
        tone={total && total.failed > 0 ? 'failed' : undefined}
      />
    </>
  )
}

/** How many run is told by the jobs: what workers say of it is as old as their last heartbeat. */
function WorkersTile({
  workers,
  running = 0,
}: {
  readonly workers: WorkerList | undefined
  readonly running: number | undefined
}) {
  const all = workers?.workers
  const slots = all?.reduce((sum, worker) => sum + worker.slots, 0) ?? 0
  return (
    <Tile
      name="Workers"
      value={all && formatCount(all.length)}
      note={all && `${formatCount(running)} of ${plural(slots, 'slot')}`}
      href={addressOf('/workers')}
      tone={all?.length === 0 ? 'failed' : undefined}
    />
  )
}

function FirstSteps() {
  return (
    <Empty title="No job has run here yet">
      <p>
        Run one of the samples and watch it, or post one from your own program; the page shows it at once.
      </p>
      <p class="row is-centre">
        <a class="button is-primary" href={addressOf('/run', { definition: 'echo' })}>
          Run a sample job
        </a>
        <a class="button" href={addressOf('/videos')}>
          Encode a video
        </a>
        <a class="button" href={addressOf('/api')}>
          Read the API
        </a>
      </p>
    </Empty>
  )
}
