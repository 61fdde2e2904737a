import { post } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { NOT_BY_HAND } from '../../lib/samples.js'
import { formatCount, formatSeconds, formatShare, formatSpan } from '../../lib/format.js'
import { refreshAll } from '../../live/readings.js'
import type { Definition, DefinitionMetricsList } from '../../api/types.js'
import { Icon } from '../../ui/icon.js'
import { JsonView } from '../../ui/json-view.js'
import { notify } from '../../ui/notices.js'
import { useDeed } from '../../ui/use-deed.js'

type Figures = DefinitionMetricsList['definitions'][number]

export function DefinitionCard({
  definition,
  figures,
}: {
  readonly definition: Definition
  readonly figures: Figures | undefined
}) {
  const { key, version, paused, concurrencyLimit } = definition
  const [isBusy, begin] = useDeed()
  const turn = async () => {
    await post(`/v1/definitions/${encodeURIComponent(key)}/${paused ? 'resume' : 'pause'}`)
    notify('good', paused ? `${key} goes on` : `${key} is paused: no more jobs of it are started`)
  }
  return (
    <section class="panel">
      <div class="panel-head">
        <h2 class="break">
          {key}
          <span class="quiet">@{version}</span>
        </h2>
        {paused && (
          <span class="status is-cancelling">
            <span class="dot" aria-hidden="true" />
            paused
          </span>
        )}
      </div>
      <dl class="facts">
        <Fact
          name="At once"
          value={concurrencyLimit === 0 ? 'no limit' : `at most ${formatCount(concurrencyLimit)}`}
        />
        <Fact name="Time limit" value={formatSpan(definition.timeoutSeconds * 1_000)} />
        <Fact name="Attempts" value={String(definition.defaultMaxAttempts)} />
        <Fact
          name="Runs"
          value={definition.isolation === 'process' ? 'in a process of its own' : 'in the worker'}
        />
        <Fact
          name="Now"
          value={`${formatCount(figures?.byStatus.queued ?? 0)} queued, ${formatCount(figures?.byStatus.running ?? 0)} running`}
        />
        <Fact
          name="Success"
          value={
            figures?.successRate == null
              ? '–'
              : `${formatShare(figures.successRate)}, in ${formatSeconds(figures.avgProcessingTime)}`
          }
        />
      </dl>
      {definition.paramsSchema !== null && (
        <details>
          <summary>Schema of its params</summary>
          <JsonView value={definition.paramsSchema} name="schema of the params" />
        </details>
      )}
      <div class="row card-foot">
        {!NOT_BY_HAND.has(key) && (
          <a class="button is-small" href={addressOf('/run', { definition: key })}>
            <Icon name="play" /> Run
          </a>
        )}
        <a class="button is-small" href={addressOf('/jobs', { definition: key })}>
          <Icon name="list" /> Jobs
        </a>
        <button
          type="button"
          class="button is-small"
          aria-disabled={isBusy}
          onClick={() => begin(() => turn().finally(refreshAll))}
        >
          <Icon name={paused ? 'play' : 'pause'} /> {paused ? 'Resume' : 'Pause'}
          <span class="unseen"> {key}</span>
        </button>
      </div>
    </section>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
