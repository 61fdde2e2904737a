import { unstacked } from '../../lib/stack.js'
import type { Attempt, Job } from '../../api/types.js'
import { CodeView } from '../../ui/json-view.js'

/** What went wrong last: in words, with the stack behind them. */
export function ErrorPanel({ job, attempts }: { readonly job: Job; readonly attempts: readonly Attempt[] }) {
  if (job.errorSummary === null || job.status === 'succeeded') return null
  const last = attempts.findLast(({ error }) => error !== null)
  const { words, stack } = unstacked(last?.error ?? job.errorSummary)
  return (
    <section class="panel is-bad">
      <h2>{job.status === 'failed' ? 'Why it failed' : 'The last error'}</h2>
      <p class="error-words" dir="auto">
        {words}
      </p>
      {stack !== '' && (
        <details>
          <summary>Stack</summary>
          <CodeView text={`${words}\n${stack}`} name="error with its stack" />
        </details>
      )}
    </section>
  )
}
