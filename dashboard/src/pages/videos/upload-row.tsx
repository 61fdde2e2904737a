import { formatBytes } from '../../lib/format.js'
import { Bar } from '../../ui/bar.js'
import type { Upload } from './upload.js'

const WORDS: Readonly<Record<Upload['state'], string>> = {
  waiting: 'Waits for those before it',
  sending: 'Sending',
  checking: 'The server looks at it',
  accepted: 'Accepted',
  failed: 'Not taken',
}

export function UploadRow({
  upload,
  onDismiss,
}: {
  readonly upload: Upload
  readonly onDismiss: () => void
}) {
  const { name, bytes, sentBytes, state, error } = upload
  const isOver = state === 'failed' || state === 'accepted'
  return (
    <section class="panel upload">
      <div class="panel-head">
        <h2 class="break">{name}</h2>
        <span class={state === 'failed' ? 'flaw' : 'quiet number'}>
          <span aria-live="polite">
            {WORDS[state]}
            {error !== null && `: ${error}`}
          </span>
          {state === 'sending' && ` ${formatBytes(sentBytes)} of ${formatBytes(bytes)}`}
        </span>
        <button type="button" class="button is-small" onClick={isOver ? onDismiss : upload.stop}>
          {isOver ? 'Dismiss' : 'Stop'}
        </button>
      </div>
      {!isOver && (
        <Bar
          percent={state === 'checking' ? null : (100 * sentBytes) / Math.max(1, bytes)}
          label={`Upload of ${name}`}
        />
      )}
    </section>
  )
}
