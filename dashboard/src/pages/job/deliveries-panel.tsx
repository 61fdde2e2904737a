import { addressOf } from '../../lib/address.js'
import { useReading } from '../../live/use-reading.js'
import type { DeliveryList } from '../../api/types.js'
import { ReadError } from '../../ui/states.js'
import { Status } from '../../ui/status.js'
import { Time } from '../../ui/time.js'

/** What the callback was told, and what it answered. */
export function DeliveriesPanel({ jobId, url }: { readonly jobId: string; readonly url: string }) {
  const { data, error, refresh } = useReading<DeliveryList>(`/v1/jobs/${jobId}/deliveries`)
  const deliveries = data?.deliveries ?? []
  return (
    <section class="panel">
      <h2>Callback</h2>
      <p class="mono break">{url}</p>
      <ReadError error={error} retry={refresh} />
      {data?.deliveries.length === 0 && <p class="panel-empty">It was told nothing yet.</p>}
      <ol class="attempts">
        {deliveries.map((delivery) => (
          <li key={delivery.deliveryId}>
            <div class="attempt-head">
              <a href={addressOf(`/jobs/${delivery.deliveryId}`)}>{delivery.event}</a>
              <Status status={delivery.status} />
              {delivery.httpStatus !== null && <span class="number">HTTP {delivery.httpStatus}</span>}
            </div>
            <div class="quiet">
              {delivery.attempts} of {delivery.maxAttempts} attempts
              {delivery.nextAttemptAt !== null && (
                <>
                  , the next <Time at={delivery.nextAttemptAt} />
                </>
              )}
            </div>
            {delivery.lastError !== null && <div class="error-line">{delivery.lastError}</div>}
          </li>
        ))}
      </ol>
    </section>
  )
}
