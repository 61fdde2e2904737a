import { formatSpan } from '../../lib/format.js'
import { placeOf, timelineOf, type Stretch } from '../../lib/timeline.js'
import type { Attempt, Job } from '../../api/types.js'
import { useTick } from '../../ui/use-tick.js'
import { outcomeTone } from '../../ui/status.js'

const MAX_SHOWN = 40

/** Where the time of a job went, drawn to scale. */
export function Timeline({ job, attempts }: { readonly job: Job; readonly attempts: readonly Attempt[] }) {
  const now = useTick(job.finishedAt === null ? 1_000 : 3_600_000)
  const stretches = timelineOf(job, attempts, now)
  if (stretches.length === 0) return null
  const first = stretches[0]?.from ?? 0
  const last = stretches.at(-1)?.to ?? first
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>Timeline</h2>
        <span class="quiet number">{formatSpan(last - first)} in all</span>
      </div>
      <ol class="timeline">
        {stretches.slice(-MAX_SHOWN).map((stretch) => (
          <Line key={`${stretch.kind} ${stretch.from}`} stretch={stretch} whole={stretches} />
        ))}
      </ol>
    </section>
  )
}

function Line({ stretch, whole }: { readonly stretch: Stretch; readonly whole: readonly Stretch[] }) {
  const { left, width } = placeOf(stretch, whole)
  const tone = stretch.outcome === 'waiting' ? 'waiting' : outcomeTone(stretch.outcome)
  return (
    <li>
      <span class="timeline-name">{nameOf(stretch)}</span>
      <span class="timeline-track" aria-hidden="true">
        <span
          class={`timeline-bar is-${tone} ${stretch.isOpen ? 'is-open' : ''}`}
          style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
        />
      </span>
      <span class="timeline-span number">{formatSpan(stretch.to - stretch.from)}</span>
    </li>
  )
}

function nameOf({ kind, run, outcome }: Stretch): string {
  if (kind === 'run') return `Run ${run}${outcome === null ? '' : `, ${outcome?.replace('_', ' ')}`}`
  return kind === 'wait' ? 'Waited' : 'Until retry'
}
