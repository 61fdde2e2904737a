import type { ComponentChildren } from 'preact'
import { addressOf } from '../../lib/address.js'
import { formatCount, plural } from '../../lib/format.js'
import { useReading } from '../../live/use-reading.js'
import type { DeadLetterList, DefinitionList, Metrics, WorkerList } from '../../api/types.js'
import { Icon } from '../../ui/icon.js'

/** A server may become unready while no job changes. */
const LOOK_MS = 60_000

interface Concern {
  readonly tone: 'bad' | 'warn'
  readonly text: ComponentChildren
  readonly href: string
  readonly action: string
}

/** What somebody should look at, the worst first; one quiet line when there is nothing. */
export function Attention({
  counts,
  workers,
  letters,
  definitions,
}: {
  readonly counts: Metrics['summary']['byStatus'] | undefined
  readonly workers: WorkerList | undefined
  readonly letters: DeadLetterList | undefined
  readonly definitions: DefinitionList | undefined
}) {
  const readiness = useReading<object>('/readyz', { everyMs: LOOK_MS })
  const concerns = [
    ...readinessConcerns(readiness.error),
    ...workerConcerns(counts, workers),
    ...letterConcerns(letters),
    ...pauseConcerns(definitions),
  ]
  if (counts === undefined || workers === undefined || letters === undefined || definitions === undefined)
    return null
  if (concerns.length === 0)
    return (
      <p class="all-well">
        <Icon name="check" /> Nothing needs attention
      </p>
    )
  return (
    <section class="attention" aria-label="Needs attention">
      <h2 class="unseen">Needs attention</h2>
      <ul>
        {concerns.map(({ tone, text, href, action }) => (
          <li key={action} class={`is-${tone}`}>
            <Icon name="warning" />
            <span>{text}</span>
            <a href={href}>{action}</a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function readinessConcerns(error: Error | undefined): Concern[] {
  if (error === undefined) return []
  const text = <>The server is not ready: {error.message}</>
  return [{ tone: 'bad', text, href: addressOf('/workers'), action: 'See workers' }]
}

function workerConcerns(
  counts: Metrics['summary']['byStatus'] | undefined,
  workers: WorkerList | undefined,
): Concern[] {
  const working = workers?.workers.filter(({ draining }) => !draining)
  if (working?.length !== 0) return []
  const waiting = counts?.queued ?? 0
  const text = waiting === 0 ? 'No worker is alive' : `No worker is alive, and ${plural(waiting, 'job')} wait`
  return [{ tone: 'bad', text, href: addressOf('/workers'), action: 'Start a worker' }]
}

function letterConcerns(letters: DeadLetterList | undefined): Concern[] {
  const open = letters?.total ?? 0
  if (open === 0) return []
  const count = formatCount(open)
  const text = `${count} dead ${open === 1 ? 'letter was' : 'letters were'} not retried`
  return [{ tone: 'warn', text, href: addressOf('/dead-letters'), action: 'Repair' }]
}

function pauseConcerns(definitions: DefinitionList | undefined): Concern[] {
  const paused = [...new Set(definitions?.definitions.filter((one) => one.paused).map(({ key }) => key))]
  if (paused.length === 0) return []
  const text = `Paused: ${paused.join(', ')}`
  return [{ tone: 'warn', text, href: addressOf('/definitions'), action: 'See definitions' }]
}
