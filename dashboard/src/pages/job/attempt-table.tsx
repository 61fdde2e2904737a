import { formatBytes, formatSpan } from '../../lib/format.js'
import type { Shown } from '../../live/use-reading.js'
import type { Attempt, AttemptList } from '../../api/types.js'
import { CodeView } from '../../ui/json-view.js'
import { ReadError } from '../../ui/states.js'
import { Outcome } from '../../ui/status.js'
import { Span, Time } from '../../ui/time.js'

const MAX_SHOWN = 50

export function AttemptTable({ reading }: { readonly reading: Shown<AttemptList> }) {
  const shown = (reading.data?.attempts ?? []).slice(-MAX_SHOWN).reverse()
  return (
    <section class="panel">
      <h2>Runs</h2>
      <ReadError error={reading.error} retry={reading.refresh} />
      {reading.data?.attempts.length === 0 && <p class="panel-empty">It has not run yet.</p>}
      <ol class="attempts">
        {shown.map((attempt) => (
          <li key={attempt.run}>
            <div class="attempt-head">
              <strong>Run {attempt.run}</strong>
              <Outcome outcome={attempt.outcome} />
              <Span from={attempt.startedAt} to={attempt.endedAt} />
            </div>
            <div class="quiet">
              Attempt {attempt.attempt} on {attempt.workerId ?? '–'}, <Time at={attempt.startedAt} />
              <Cost attempt={attempt} />
            </div>
            {attempt.error !== null && (
              <details>
                <summary class="error-line">{attempt.error.split('\n', 1)[0]}</summary>
                <CodeView text={attempt.error} name={`error of run ${attempt.run}`} />
              </details>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Cost({ attempt: { cpuMs, maxRssBytes, exitCode, signal } }: { readonly attempt: Attempt }) {
  return (
    <>
      {cpuMs !== null && <> · {formatSpan(cpuMs)} of processor</>}
      {maxRssBytes !== null && <> · {formatBytes(maxRssBytes)}</>}
      {exitCode !== null && exitCode !== 0 && <> · exit code {exitCode}</>}
      {signal !== null && <> · {signal}</>}
    </>
  )
}
