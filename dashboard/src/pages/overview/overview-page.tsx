import { addressOf } from '../../lib/address.js'
import { formatCount, formatSeconds, formatShare, plural } from '../../lib/format.js'
import { spanIn, SPANS } from '../../lib/job-filter.js'
import { finishedIn } from '../../lib/throughput.js'
import { anyDefinition, useReading } from '../../live/use-reading.js'
import type {
  DeadLetterList,
  DefinitionList,
  Latency,
  Metrics,
  Throughput,
  WorkerList,
} from '../../api/types.js'
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
/** Time goes on and workers die without a hint. */
const MINUTE_MS = 60_000
/** What the links of finished jobs lead to: a list can be cut by acceptance alone. */
const LISTED = 'Leads to those accepted in that time'

export function OverviewPage({ query }: { readonly query: URLSearchParams }) {
  const span = spanIn(query) || '1h'
  const metrics = useReading<Metrics>(`/v1/metrics?ttl=${TTL}`)
  const throughput = useReading<Throughput>(`/v1/metrics/throughput?${PERIODS[span]}&ttl=${TTL}`, {
    keepPrevious: true,
    everyMs: MINUTE_MS,
  })
  const latency = useReading<Latency>(`/v1/metrics/latency?window=${span}&ttl=${TTL}`, {
    keepPrevious: true,
    everyMs: MINUTE_MS,
  })
  const workers = useReading<WorkerList>('/v1/workers', { everyMs: MINUTE_MS })
  const letters = useReading<DeadLetterList>('/v1/dlq?unretried=true&limit=1')
  const definitions = useReading<DefinitionList>('/v1/definitions', { concern: anyDefinition })
  const counts = metrics.data?.summary.byStatus
  const failed = [metrics, latency, workers, letters, definitions].filter(({ error }) => error !== undefined)

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
      <ReadError error={failed[0]?.error} retry={() => failed.forEach(({ refresh }) => refresh())} />
      {metrics.data?.summary.total === 0 ? (
        <FirstSteps />
      ) : (
        <Attention
          counts={counts}
          workers={workers.data}
          letters={letters.data}
          definitions={definitions.data}
        />
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
          <span class="quiet wide-only">Drag across the chart to list the jobs accepted in that time</span>
        </div>
        <ReadError error={throughput.error} retry={throughput.refresh} />
        {throughput.data === undefined && throughput.error === undefined && <Waiting lines={5} />}
        {throughput.data !== undefined && <ThroughputChart data={throughput.data.data} span={span} />}
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
        hint={LISTED}
      />
      <Tile
        name="Failed"
        value={total && formatCount(total.failed)}
        href={addressOf('/jobs', { status: 'failed', span })}
        hint={LISTED}
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
