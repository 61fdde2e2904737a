import { ContainerModule } from 'inversify'
import { PrometheusMetrics } from '../../adapters/telemetry/prometheus-metrics.js'
import { TOKENS } from '../tokens.js'

export const telemetryModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.prometheus).toResolvedValue(
    (stores) =>
      new PrometheusMetrics({
        metrics: stores.metrics,
        connections: () => stores.connections(),
        clock: stores.clock,
      }),
    [TOKENS.stores],
  )
})
