import type { RunOptions } from '../../lib/create-body.js'
import type { Definition } from '../../api/types.js'

/** What may be said about a job beside its params; folded, since seldom it is. */
export function OptionFields({
  definition,
  options,
  onChange,
}: {
  readonly definition: Definition
  readonly options: RunOptions
  readonly onChange: (options: RunOptions) => void
}) {
  const field = (
    name: keyof RunOptions,
    label: string,
    placeholder: string,
    inputMode: 'decimal' | 'text' = 'decimal',
  ) => (
    <label class="field">
      <span class="field-name">{label}</span>
      <input
        type="text"
        inputMode={inputMode}
        value={options[name]}
        placeholder={placeholder}
        onInput={(event) => onChange({ ...options, [name]: event.currentTarget.value })}
      />
    </label>
  )
  return (
    <details open={Object.values(options).some((text) => text !== '')}>
      <summary>Priority, attempts, delay</summary>
      <div class="field-grid">
        {field('priority', 'Priority', '0')}
        {field('maxAttempts', 'Attempts at most', String(definition.defaultMaxAttempts))}
        {field('delaySeconds', 'Start in seconds', 'at once')}
        {field('idempotencyKey', 'Idempotency key', 'none', 'text')}
      </div>
    </details>
  )
}
