import { addressOf } from '../../lib/address.js'
import { formatCount, formatSeconds, formatShare } from '../../lib/format.js'
import { useReading } from '../../live/use-reading.js'
import type { DefinitionMetricsList } from '../../api/types.js'
import { ReadError } from '../../ui/states.js'

/** Which definitions the jobs are of, and how these fare. */
export function DefinitionFigures() {
  const { data, error, refresh } = useReading<DefinitionMetricsList>('/v1/metrics/definitions?ttl=1')
  const definitions = [...(data?.definitions ?? [])].sort((a, b) => b.total - a.total)
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>By definition</h2>
      </div>
      <ReadError error={error} retry={refresh} />
      {data?.definitions.length === 0 && <p class="panel-empty">No definition has jobs yet.</p>}
      {definitions.length > 0 && (
        <div class="table-frame" tabIndex={0} role="region" aria-label="By definition">
          <table>
            <thead>
              <tr>
                <th>Definition</th>
                <th class="is-number">Queued</th>
                <th class="is-number">Running</th>
                <th class="is-number">Kept</th>
                <th class="is-number">Success</th>
                <th class="is-number">Run</th>
              </tr>
            </thead>
            <tbody>
              {definitions.map(({ definitionKey, definitionVersion, byStatus, total, ...figures }) => (
                <tr key={`${definitionKey}@${definitionVersion}`}>
                  <td class="cell-name">
                    <a href={addressOf('/jobs', { definition: definitionKey })}>{definitionKey}</a>
                    <span class="quiet">@{definitionVersion}</span>
                  </td>
                  <td class="is-number">{formatCount(byStatus.queued)}</td>
                  <td class="is-number">{formatCount(byStatus.running)}</td>
                  <td class="is-number">{formatCount(total)}</td>
                  <td class="is-number">{formatShare(figures.successRate)}</td>
                  <td class="is-number">{formatSeconds(figures.avgProcessingTime)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
