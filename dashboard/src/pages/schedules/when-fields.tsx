import type { ScheduleForm } from '../../lib/schedule-form.js'

const ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')]

/** When slots are: a cron expression in a zone, or every so many seconds. */
export function WhenFields({
  form,
  onChange,
}: {
  readonly form: ScheduleForm
  readonly onChange: (part: Partial<ScheduleForm>) => void
}) {
  const kind = (value: ScheduleForm['kind'], words: string) => (
    <button type="button" aria-pressed={form.kind === value} onClick={() => onChange({ kind: value })}>
      {words}
    </button>
  )
  return (
    <fieldset class="stack">
      <legend>
        When
        <span class="choice">
          {kind('cron', 'Cron')}
          {kind('every', 'Every …')}
        </span>
      </legend>
      {form.kind === 'cron' ? (
        <div class="field-grid is-flush">
          <label class="field">
            <span class="field-name">Expression</span>
            <input
              class="mono"
              type="text"
              spellcheck={false}
              value={form.cron}
              onInput={(event) => onChange({ cron: event.currentTarget.value })}
            />
            <span class="hint">Minute, hour, day, month, day of week</span>
          </label>
          <label class="field">
            <span class="field-name">Zone</span>
            <input
              type="text"
              list="zones"
              spellcheck={false}
              value={form.timezone}
              onInput={(event) => onChange({ timezone: event.currentTarget.value })}
            />
            <datalist id="zones">
              {ZONES.map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </label>
        </div>
      ) : (
        <label class="field">
          <span class="field-name">Seconds from one slot to the next</span>
          <input
            type="text"
            inputMode="numeric"
            value={form.everySeconds}
            onInput={(event) => onChange({ everySeconds: event.currentTarget.value })}
          />
        </label>
      )}
    </fieldset>
  )
}
