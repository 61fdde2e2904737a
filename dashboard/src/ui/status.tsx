import type { Attempt, JobStatus } from '../api/types.js'

/** A status by word and colour, never by colour alone. */
export function Status({ status }: { readonly status: JobStatus }) {
  return (
    <span class={`status is-${status}`}>
      <span class="dot" aria-hidden="true" />
      {status}
    </span>
  )
}

const TONES: Readonly<Record<NonNullable<Attempt['outcome']>, string>> = {
  succeeded: 'succeeded',
  error: 'failed',
  timeout: 'failed',
  crashed: 'failed',
  oom: 'failed',
  lease_lost: 'failed',
  cancelled: 'cancelled',
  interrupted: 'cancelling',
  snoozed: 'queued',
}

export function outcomeTone(outcome: Attempt['outcome']): string {
  return outcome === null ? 'running' : TONES[outcome]
}

export function Outcome({ outcome }: { readonly outcome: Attempt['outcome'] }) {
  return (
    <span class={`status is-${outcomeTone(outcome)}`}>
      <span class="dot" aria-hidden="true" />
      {outcome?.replace('_', ' ') ?? 'running'}
    </span>
  )
}
