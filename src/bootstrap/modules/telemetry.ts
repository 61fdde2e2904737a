import { ContainerModule } from 'inversify'
import { OpenTelemetryTracing } from '../../adapters/telemetry/opentelemetry-tracing.js'
import { PrometheusMetrics } from '../../adapters/telemetry/prometheus-metrics.js'
import { TOKENS } from '../tokens.js'
import { VERSION } from '../version.js'

export const telemetryModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.tracing).toResolvedValue(() => new OpenTelemetryTracing(VERSION))
  bind(TOKENS.prometheus).toResolvedValue(
    (stores) =>
      new PrometheusMetrics({
        metrics: stores.metrics,
        connections: () => stores.connections(),
        clock: stores.clock,
        ping: () => stores.ping(),
      }),
    [TOKENS.stores],
  )
})
