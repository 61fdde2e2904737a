import { formatCount, plural } from '../../lib/format.js'
import { useReading } from '../../live/use-reading.js'
import type { Worker, WorkerList } from '../../api/types.js'
import { Bar } from '../../ui/bar.js'
import { PageHead } from '../../ui/page-head.js'
import { Empty, ReadError, Waiting } from '../../ui/states.js'
import { Time } from '../../ui/time.js'

/** Workers say so often that they live; nothing tells of it, so that it is looked for. */
const HEARTBEAT_MS = 10_000

export function WorkersPage() {
  const { data, error, refresh } = useReading<WorkerList>('/v1/workers', { everyMs: HEARTBEAT_MS })
  const workers = data?.workers ?? []
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0)
  return (
    <>
      <PageHead
        title="Workers"
        note={data && `${plural(workers.length, 'worker')} alive, ${plural(slots, 'slot')}`}
      />
      <ReadError error={error} retry={refresh} />
      {data === undefined && error === undefined && <Waiting />}
      {data !== undefined && workers.length === 0 && (
        <Empty title="No worker is alive">
          <p>
            Jobs are kept and wait. Start a worker with <code>npm run start:worker</code> on any machine that
            reaches the database; it shows up here.
          </p>
        </Empty>
      )}
      <div class="cards">
        {workers.map((worker) => (
          <WorkerCard key={worker.incarnation} worker={worker} />
        ))}
      </div>
    </>
  )
}

function WorkerCard({ worker }: { readonly worker: Worker }) {
  const { workerId, host, pid, version, slots, running, definitions, draining } = worker
  return (
    <section class="panel">
      <div class="panel-head">
        <h2 class="break">{workerId}</h2>
        <span class={`status ${draining ? 'is-cancelling' : 'is-succeeded'}`}>
          <span class="dot" aria-hidden="true" />
          {draining ? 'stopping' : 'alive'}
        </span>
      </div>
      <div class="slots">
        <Bar percent={slots === 0 ? 0 : (100 * running) / slots} label="Slots taken" />
        <span class="number">
          {formatCount(running)} of {plural(slots, 'slot')}
        </span>
      </div>
      <dl class="facts">
        <div>
          <dt>Machine</dt>
          <dd>
            {host}, process {pid}
          </dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>{version}</dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>
            <Time at={worker.startedAt} />
          </dd>
        </div>
        <div>
          <dt>Last heard of</dt>
          <dd>
            <Time at={worker.heartbeatAt} />
          </dd>
        </div>
        <div>
          <dt>Runs</dt>
          <dd class="tags">
            {definitions.map((definition) => (
              <span key={definition} class="tag">
                {definition}
              </span>
            ))}
          </dd>
        </div>
      </dl>
    </section>
  )
}
